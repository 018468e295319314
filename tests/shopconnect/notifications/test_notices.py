"""What members are told: on the pages, by e-mail in their language, and not at all when they said so."""

import re

import pytest
from django.core import mail, signing
from django.test import Client

from shopconnect.accounts import members
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.kinds import notice_kinds
from shopconnect.notifications.models import Notice, NoticePreference
from tests.shopconnect.shops.conftest import make_member, signed_in


def tell_of_export(shop, user, key="export-1") -> int:
    with shop_scope(shop):
        notices.tell(user.pk, "export_ready", {}, key=key)
        return Notice.objects.get(user_id=user.pk, key=key).pk


def test_a_notice_is_counted_until_it_is_seen(shop, owner):
    tell_of_export(shop, owner)
    client = signed_in(owner)
    assert "1 unread" in client.get("/").content.decode()
    assert "Your shop export is ready." in client.get("/shops/notices/").content.decode()
    assert "unread" not in client.get("/").content.decode()


def test_the_same_thing_is_told_once(shop, owner):
    assert tell_of_export(shop, owner) == tell_of_export(shop, owner)
    assert Due.objects.filter(kind="mail_notice").count() == 1


def test_a_notice_is_seen_by_its_reader_in_its_shop_only(shop, other_shop, owner, support):
    tell_of_export(shop, owner)
    stranger = make_member(other_shop, Role.OWNER, "stranger@example.com")
    for other in (support, stranger):
        assert "Your shop export is ready." not in signed_in(other).get("/shops/notices/").content.decode()


def test_an_email_speaks_its_readers_language_and_can_be_stopped(shop):
    reader = make_member(shop, Role.OWNER, "lectrice@example.com", language="fr")
    notices.mail_notice(shop, tell_of_export(shop, reader))
    (sent,) = mail.outbox
    assert sent.to == ["lectrice@example.com"]
    assert sent.subject == "First\u00a0: L’export de votre boutique est prêt."
    assert "prêt" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https?://\S+/shops/notices/stop/\S+>", sent.extra_headers["List-Unsubscribe"])


def test_a_mail_that_fails_is_sent_when_tried_again(shop, owner, monkeypatch):
    notice_id = tell_of_export(shop, owner)

    def refuse(*_: object) -> None:
        raise OSError("The mail server is away.")

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(Refusal) as refused:
            notices.mail_notice(shop, notice_id)
    assert refused.value.code == "mail_away"
    with shop_scope(shop):
        assert Notice.objects.get().mailed_at is None
    notices.mail_notice(shop, notice_id)
    assert len(mail.outbox) == 1


def stop_path(shop, user) -> str:
    notices.mail_notice(shop, tell_of_export(shop, user))
    return re.search(r"https?://[^/]+(/\S+)>", mail.outbox[-1].extra_headers["List-Unsubscribe"]).group(1)


def test_a_mail_program_stops_a_kind_with_one_click_and_no_session(shop, owner):
    path = stop_path(shop, owner)
    program = Client(enforce_csrf_checks=True)
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    notices.mail_notice(shop, tell_of_export(shop, owner, "export-2"))
    assert len(mail.outbox) == 1
    with shop_scope(shop):
        assert NoticePreference.objects.get().kind == "export_ready"
        assert Notice.objects.count() == 2  # told on the page all the same


def test_looking_at_the_link_stops_nothing(shop, owner):
    answer = Client().get(stop_path(shop, owner))
    assert answer.status_code == 200
    with shop_scope(shop):
        assert not NoticePreference.objects.exists()


def test_a_forged_link_stops_nothing(shop, owner):
    path = stop_path(shop, owner)
    assert Client().post(path.replace("/?", "abc/?")).status_code == 404
    with shop_scope(shop):
        assert not NoticePreference.objects.exists()


def test_a_member_chooses_what_comes_by_email(shop, owner):
    client = signed_in(owner)
    client.post("/shops/notices/choose/", {"by_mail": ["member_joined"]})
    notices.mail_notice(shop, tell_of_export(shop, owner))
    assert mail.outbox == []
    client.post("/shops/notices/choose/", {"by_mail": list(notice_kinds())})
    notices.mail_notice(shop, tell_of_export(shop, owner, "export-2"))
    assert len(mail.outbox) == 1


def test_a_support_agent_is_offered_only_what_a_support_agent_can_be_told(shop, owner, support):
    offered = re.compile(r'name="by_mail" value="(\w+)"')
    theirs = ["shopper_waits", "chat_assigned", "chat_unanswered", "role_changed"]
    assert offered.findall(signed_in(support).get("/shops/notices/").content.decode()) == theirs
    page = signed_in(owner).get("/shops/notices/").content.decode()
    assert sorted(offered.findall(page)) == sorted(notice_kinds())
    titles = re.findall(r"<legend><strong>([^<]+)<", page)
    assert titles == ["Catalogue and sales", "On your storefront", "Shop, team and plan"]
    assert "stock_runs_out" in offered.findall(page.split("<legend>")[1])
    signed_in(support).post("/shops/notices/choose/", {"by_mail": ["member_joined"]})
    with shop_scope(shop):
        assert set(NoticePreference.objects.values_list("kind", "by_mail")) == {(kind, False) for kind in theirs}


def test_notices_name_people_without_keeping_their_address(shop, owner, support):
    members.remove_member(shop, support.pk, support.pk)
    with shop_scope(shop):
        assert "support@example.com" not in str(Notice.objects.get().params)
    assert "support@example.com no longer has access" in signed_in(owner).get("/shops/notices/").content.decode()


def test_who_left_is_told_nothing_more(shop, owner, support):
    notice_id = tell_of_export(shop, support)
    members.remove_member(shop, owner.pk, support.pk)
    notices.mail_notice(shop, notice_id)
    assert mail.outbox == []


def test_the_link_of_a_shop_that_is_gone_stops_nothing(shop, owner):
    link = signing.dumps([shop + 1000, owner.pk, "export_ready"], salt=notices.SALT)
    for answer in (Client().get(f"/shops/notices/stop/{link}/"), Client().post(f"/shops/notices/stop/{link}/")):
        assert answer.status_code == 404
