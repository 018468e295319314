"""Who works with a shop: each change by its page, and what is refused."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from shopconnect.accounts import members
from shopconnect.accounts.models import Invitation, Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.shops.models import AuditEntry, ShopKey, ShopProfile
from shopconnect.shops.types import KeyKind
from tests.shopconnect.shops.conftest import PASSWORD, make_member, make_person, roles_of, signed_in


def audit_of(shop: int) -> list[str]:
    with shop_scope(shop):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def told(shop: int, user: User) -> list[str]:
    with shop_scope(shop):
        return list(Notice.objects.filter(user_id=user.pk).order_by("id").values_list("kind", flat=True))


def invite(client: Client, email: str = "new@example.org", role: str = "analyst") -> Callable[[], str]:
    """Invite by the page; what is returned gives the path of the link once the e-mail is sent."""
    assert client.post("/shops/members/invite/", {"email": email, "role": role}).status_code == 302
    return lambda: re.search(r"https?://[^/]+(/shops/invitations/\S+)", mail.outbox[-1].body).group(1)


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as e-mails of invitations do."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_an_invited_person_with_an_account_joins_by_the_link(shop, owner, sent):
    with sent():
        link = invite(signed_in(owner))
    person = make_person("new@example.org")
    client = signed_in(person)
    assert b"analyst" in client.get(link()).content
    assert client.post(link()).status_code == 302
    assert roles_of(shop) == {"owner@example.com": "owner", "new@example.org": "analyst"}
    assert audit_of(shop) == ["invited", "joined"]
    assert told(shop, owner) == ["member_joined"]
    assert not ShopKey.objects.filter(kind=KeyKind.INVITATION).exists()


def test_an_invited_person_without_an_account_signs_up_and_needs_no_second_email(shop, owner, sent):
    with sent():
        link = invite(signed_in(owner), role="support")
    stranger = Client()
    assert b"Create an account" in stranger.get(link()).content
    mails = len(mail.outbox)
    answer = stranger.post(
        f"/accounts/signup/?next={link()}",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "next": link()},
    )
    assert (answer.status_code, answer["Location"]) == (302, link())
    assert [one.subject for one in mail.outbox[mails:] if "Confirm" in one.subject] == []
    assert stranger.post(link()).status_code == 302
    assert roles_of(shop)["new@example.org"] == "support"


def test_an_invitation_is_for_the_address_it_was_sent_to(shop, owner, sent):
    with sent():
        link = invite(signed_in(owner))
    other = make_person("somebody.else@example.org")
    client = signed_in(other)
    page = client.get(link()).content.decode()
    assert "n…@example.org" in page
    assert "new@example.org" not in page
    assert client.post(link()).status_code == 403
    assert roles_of(shop) == {"owner@example.com": "owner"}
    with shop_scope(shop):
        assert Invitation.objects.get().accepted_at is None


def test_an_invitation_works_once(shop, owner, sent):
    with sent():
        link = invite(signed_in(owner))
    person = make_person("new@example.org")
    client = signed_in(person)
    client.post(link())
    members.remove_member(shop, owner.pk, person.pk)
    assert client.post(link()).status_code == 404
    assert roles_of(shop) == {"owner@example.com": "owner"}


def test_a_withdrawn_invitation_and_an_old_one_open_nothing(shop, owner, sent):
    client, person = signed_in(owner), make_person("new@example.org")
    with sent():
        link = invite(client)
    with shop_scope(shop):
        first = Invitation.objects.get()
    client.post(f"/shops/members/invitations/{first.pk}/withdraw/")
    assert signed_in(person).post(link()).status_code == 404
    with sent():
        again = invite(client)
    with shop_scope(shop):
        Invitation.objects.filter(accepted_at=None).update(expires_at=now() - timedelta(seconds=1))
    assert signed_in(person).post(again()).status_code == 404
    assert roles_of(shop) == {"owner@example.com": "owner"}


def test_a_second_invitation_replaces_the_first(shop, owner, sent):
    client = signed_in(owner)
    with sent():
        first = invite(client)
    old = first()
    with sent():
        invite(client)
    assert Client().get(old).status_code == 404
    with shop_scope(shop):
        assert Invitation.objects.filter(withdrawn_at=None).count() == 1


def test_an_invented_link_opens_nothing(db):
    assert Client().get("/shops/invitations/abc/").status_code == 404
    assert Client().post("/shops/invitations/abc/").status_code == 404


def test_who_works_here_already_is_not_invited(shop, owner, support):
    answer = signed_in(owner).post(
        "/shops/members/invite/", {"email": "SUPPORT@example.com", "role": "owner"}, follow=True
    )
    assert b"already has access to this shop" in answer.content
    assert mail.outbox == []
    with shop_scope(shop):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x@y.example\nBcc: z@y.example"])
def test_what_is_no_address_is_not_invited(shop, owner, email):
    signed_in(owner).post("/shops/members/invite/", {"email": email, "role": "support"})
    assert mail.outbox == []
    with shop_scope(shop):
        assert not Invitation.objects.exists()


def test_an_invitation_speaks_the_language_of_who_sends_it(shop, owner, sent):
    client = signed_in(owner, headers={"accept-language": "fr"})
    with sent():
        invite(client)
    assert mail.outbox[-1].subject.startswith("Rejoindre") or "First" in mail.outbox[-1].subject
    assert "invité" in mail.outbox[-1].body


def test_an_owner_changes_a_role_and_the_person_is_told(shop, owner, support):
    signed_in(owner).post(f"/shops/members/{support.pk}/role/", {"role": "analyst"})
    assert roles_of(shop)["support@example.com"] == "analyst"
    assert told(shop, support) == ["role_changed"]
    assert audit_of(shop) == ["changed_role"]


def test_the_last_owner_neither_leaves_nor_steps_down(shop, owner, support):
    client = signed_in(owner)
    for path, data in (
        (f"/shops/members/{owner.pk}/role/", {"role": "support"}),
        (f"/shops/members/{owner.pk}/remove/", {}),
        ("/shops/members/leave/", {}),
    ):
        assert b"only owner" in client.post(path, data, follow=True).content
    assert roles_of(shop) == {"owner@example.com": "owner", "support@example.com": "support"}
    assert audit_of(shop) == []


def test_one_of_two_owners_leaves(shop, owner):
    second = make_member(shop, Role.OWNER, "second@example.com")
    signed_in(owner).post("/shops/members/leave/")
    assert roles_of(shop) == {"second@example.com": "owner"}
    assert audit_of(shop) == ["left"]
    assert told(shop, second) == ["member_left"]


def test_a_removed_member_sees_nothing_from_then_on(shop, owner, support):
    client = signed_in(support)
    assert client.get("/").status_code == 200
    asked = signed_in(owner).get(f"/shops/members/{support.pk}/remove/")
    assert b"support@example.com" in asked.content
    assert roles_of(shop)["support@example.com"] == "support"
    signed_in(owner).post(f"/shops/members/{support.pk}/remove/")
    assert [client.get(path).status_code for path in ("/", "/shops/members/")] == [200, 403]
    assert roles_of(shop) == {"owner@example.com": "owner"}


def test_a_shop_is_handed_over_whole(shop, owner, support):
    signed_in(owner).post(f"/shops/members/{support.pk}/hand-over/")
    assert roles_of(shop) == {"owner@example.com": "analyst", "support@example.com": "owner"}
    assert audit_of(shop) == ["handed_over"]
    assert signed_in(owner).get("/shops/members/").status_code == 403


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ANALYST])
def test_only_owners_change_who_works_here(shop, owner, role):
    member = make_member(shop, role, "member@example.com")
    client, before = signed_in(member), roles_of(shop)
    answers = [
        client.post("/shops/members/invite/", {"email": "x@example.org", "role": "owner"}),
        client.post(f"/shops/members/{member.pk}/role/", {"role": "owner"}),
        client.post(f"/shops/members/{owner.pk}/remove/"),
        client.post(f"/shops/members/{member.pk}/hand-over/"),
        client.post("/shops/members/invitations/1/withdraw/"),
        client.get("/shops/members/"),
        client.get("/shops/tokens/"),
        client.get("/export/"),
        client.post("/export/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert roles_of(shop) == before
    assert audit_of(shop) == []
    assert mail.outbox == []


def test_an_owner_reaches_nobody_of_another_shop(shop, other_shop, owner):
    stranger = make_member(other_shop, Role.SUPPORT, "stranger@example.com")
    client = signed_in(owner)
    client.post(f"/shops/members/{stranger.pk}/role/", {"role": "owner"})
    client.post(f"/shops/members/{stranger.pk}/remove/")
    client.post(f"/shops/members/{stranger.pk}/hand-over/")
    assert roles_of(other_shop) == {"stranger@example.com": "support"}
    assert roles_of(shop) == {"owner@example.com": "owner"}
    with pytest.raises(Missing):
        members.change_role(shop, owner.pk, stranger.pk, Role.OWNER)


def test_a_member_of_two_shops_switches_and_reaches_no_third(shop, other_shop, owner):
    Membership.objects.create(user=owner, shop_id=other_shop, role=Role.SUPPORT)
    client = signed_in(owner)
    assert b"<h1>First</h1>" in client.get("/").content
    client.post("/shops/switch/", {"shop": "second"})
    assert b"<h1>Second</h1>" in client.get("/").content
    assert client.get("/shops/members/").status_code == 403  # support there, owner here
    Membership.objects.filter(user=owner, shop_id=other_shop).delete()
    assert b"<h1>First</h1>" in client.get("/").content
    client.post("/shops/switch/", {"shop": "second"})
    assert b"<h1>First</h1>" in client.get("/").content


def test_a_change_needs_the_page_it_comes_from(shop, owner, support):
    client = signed_in(owner, enforce_csrf_checks=True)
    for path in (f"/shops/members/{support.pk}/remove/", "/shops/switch/", "/language/", "/export/", "/demo/"):
        assert client.post(path, {"language": "fr"}).status_code == 403
    assert roles_of(shop)["support@example.com"] == "support"


def test_handing_over_to_oneself_is_refused(shop, owner):
    with pytest.raises(Refusal, match="someone else"):
        members.transfer_ownership(shop, owner.pk, owner.pk)
    assert roles_of(shop) == {"owner@example.com": "owner"}


def test_a_shop_sends_no_flood_of_invitations(shop, owner, sent, monkeypatch):
    monkeypatch.setattr(members, "MOST_A_DAY", 2)
    with sent():
        for _ in range(4):  # the same address again and again counts too
            signed_in(owner).post("/shops/members/invite/", {"email": "new@example.org", "role": "support"})
    assert len(mail.outbox) == 2
    with shop_scope(shop):
        assert Invitation.objects.count() == 2
    with pytest.raises(Refusal) as refused:
        members.invite_member(shop, owner.pk, "other@example.org", Role.SUPPORT, "en")
    assert refused.value.code == "too_many_invitations"


def test_a_shop_buries_no_mailbox_under_invitations(shop, owner, sent):
    with sent():
        for number in range(members.MOST_TO_ONE + 2):
            email = ("new@example.org", "New@Example.org")[number % 2]
            signed_in(owner).post("/shops/members/invite/", {"email": email, "role": "support"})
        members.invite_member(shop, owner.pk, "other@example.org", Role.SUPPORT, "en")
    *those, last = [one.to[0].lower() for one in mail.outbox]
    assert (those, last) == (["new@example.org"] * members.MOST_TO_ONE, "other@example.org")


def test_a_shops_name_with_line_ends_stays_one_line_of_an_email(shop, owner, sent):
    with shop_scope(shop):
        ShopProfile.objects.update(name="Tea\r\nBcc: all@example.org")
    with sent():
        invite(signed_in(owner))
    assert mail.outbox[-1].subject == "You’re invited to Tea Bcc: all@example.org on ShopConnect"
    assert mail.outbox[-1].recipients() == ["new@example.org"]


def test_owners_read_what_was_done_and_by_whom(shop, owner, support):
    client = signed_in(owner)
    client.post(f"/shops/members/{support.pk}/role/", {"role": "analyst"})
    page = client.get("/shops/members/").content.decode()
    assert "owner@example.com changed the role of support@example.com: support → analyst" in page
    User.objects.filter(pk=support.pk).delete()
    assert "changed the role of Someone" in client.get("/shops/members/").content.decode()
    french = signed_in(owner, headers={"accept-language": "fr"}).get("/shops/members/").content.decode()
    assert "a modifié le rôle de" in french


def test_an_invitation_whose_mail_cannot_be_sent_says_so(shop, owner, sent, monkeypatch):
    def fail(*_args: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    with pytest.raises(Refusal, match="could not be sent"), sent():
        invite(signed_in(owner))
