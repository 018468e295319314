"""Who works with a shop: each step at its door, and each way round it refused."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from shopconnect.core.crypto import token_hash
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy import shop_scope
from shopconnect.shops import members, notices
from shopconnect.shops.models import AuditEntry, Invitation, Membership, Notice, ShopKey, User
from shopconnect.shops.selectors import memberships_of
from shopconnect.shops.tasks import mail_notice
from shopconnect.shops.types import NoticeKind, Role


def make_person(email: str, shop: int | None = None, role: Role = Role.OWNER, language: str = "en") -> User:
    user = User.objects.create_user(email, "a long enough password", language=language)
    if shop is not None:
        members.add_member(shop, user.pk, role)
    return user


def roles(shop: int) -> dict[str, str]:
    return dict(Membership.objects.filter(shop_id=shop).values_list("user__email", "role"))


@pytest.fixture
def owner(shop):
    return make_person("owner@shop.example", shop)


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def link(as_owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        as_owner.post(reverse("shops:invite"), {"email": "new@shop.example", "role": "support"})
    return re.search(r"/shops/invitations/\S+", mail.outbox[-1].body)[0]


def test_an_invited_person_joins_with_the_role_of_the_invitation(link, client, shop):
    client.force_login(make_person("New@Shop.example"))
    assert b"First" in client.get(link).content
    assert client.post(link).status_code == 302
    assert roles(shop) == {"owner@shop.example": "owner", "New@shop.example": "support"}
    with shop_scope(shop):
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["invited", "joined"]
        assert Notice.objects.get().kind == NoticeKind.MEMBER_JOINED


def test_the_mail_of_an_invitation_is_in_the_language_of_who_invites(as_owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        as_owner.post(reverse("shops:invite"), {"email": "new@shop.example", "role": "analyst"},
                      headers={"accept-language": "fr"})  # fmt: skip
    assert mail.outbox[0].to == ["new@shop.example"]
    assert "Vous êtes invité à travailler avec First" in mail.outbox[0].body


def test_an_invitation_works_once(link, client, shop):
    person = make_person("new@shop.example")
    client.force_login(person)
    client.post(link)
    members.remove_member(shop, person.pk, person.pk)
    assert client.post(link).status_code == 404
    assert roles(shop) == {"owner@shop.example": "owner"}


def test_an_invitation_is_for_its_address_only(link, client, shop):
    client.force_login(make_person("thief@shop.example"))
    assert client.post(link).status_code == 403
    assert roles(shop) == {"owner@shop.example": "owner"}


def test_a_withdrawn_replaced_or_old_invitation_opens_nothing(link, as_owner, owner, shop):
    as_owner.post(reverse("shops:invite"), {"email": "new@shop.example", "role": "support"})
    assert as_owner.get(link).status_code == 404
    with shop_scope(shop):
        second = Invitation.objects.get(withdrawn_at=None)
    as_owner.post(reverse("shops:withdraw", args=[second.pk]))
    assert not ShopKey.objects.filter(kind="invitation").exists()
    with pytest.raises(Missing):
        members.find_invitation("invented")


def test_the_link_of_an_invitation_is_not_kept_readable(link, shop):
    token = link.rsplit("/", 2)[-2]
    assert ShopKey.objects.get(kind="invitation").value == token_hash(token) != token


def test_a_member_is_not_invited_again(as_owner, owner, shop):
    with pytest.raises(Refusal, match="works with this shop already"):
        members.invite_member(shop, owner.pk, "OWNER@shop.example", Role.SUPPORT, "en")
    with shop_scope(shop):
        assert not Invitation.objects.exists()


def test_an_address_that_is_none_invites_nobody(as_owner, shop):
    as_owner.post(reverse("shops:invite"), {"email": "nobody", "role": "owner"})
    with shop_scope(shop):
        assert not Invitation.objects.exists()


def test_an_unknown_role_becomes_the_least_one(as_owner, shop):
    as_owner.post(reverse("shops:invite"), {"email": "new@shop.example", "role": "god"})
    with shop_scope(shop):
        assert Invitation.objects.get().role == Role.SUPPORT


def test_the_last_owner_can_neither_leave_nor_step_down_nor_be_removed(as_owner, owner, shop):
    for path, data in (("leave", {}), ("change", {"role": "analyst"}), ("remove", {})):
        as_owner.post(reverse(f"shops:{path}", args=[] if path == "leave" else [owner.pk]), data)
    assert roles(shop) == {"owner@shop.example": "owner"}


def test_an_owner_hands_the_shop_over(as_owner, owner, shop):
    heir = make_person("heir@shop.example", shop, Role.SUPPORT)
    assert b"only they can give the shop back" in as_owner.get(reverse("shops:hand_over", args=[heir.pk])).content
    as_owner.post(reverse("shops:hand_over", args=[heir.pk]))
    assert roles(shop) == {"owner@shop.example": "analyst", "heir@shop.example": "owner"}
    with pytest.raises(Refusal, match="Only an owner"):
        members.transfer_ownership(shop, owner.pk, heir.pk)


def test_roles_change_and_members_go(as_owner, shop):
    other = make_person("other@shop.example", shop, Role.SUPPORT)
    as_owner.post(reverse("shops:change", args=[other.pk]), {"role": "analyst"})
    assert roles(shop)["other@shop.example"] == "analyst"
    as_owner.post(reverse("shops:remove", args=[other.pk]))
    assert roles(shop) == {"owner@shop.example": "owner"}


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ANALYST])
def test_others_than_owners_change_nobody(client, owner, shop, role):
    client.force_login(make_person("other@shop.example", shop, role))
    before = roles(shop)
    for path, arguments in (("members", []), ("invite", []), ("change", [owner.pk]), ("remove", [owner.pk]),
                            ("hand_over", [owner.pk])):  # fmt: skip
        answer = client.post(reverse(f"shops:{path}", args=arguments), {"email": "x@shop.example", "role": "owner"})
        assert answer.status_code == 403, path
    assert roles(shop) == before


def test_members_of_another_shop_are_out_of_reach(as_owner, shop, other_shop):
    stranger = make_person("stranger@other.example", other_shop)
    for path in ("change", "remove", "hand_over"):
        as_owner.post(reverse(f"shops:{path}", args=[stranger.pk]), {"role": "support"})
    assert roles(other_shop) == {"stranger@other.example": "owner"}


def test_a_member_of_two_shops_switches_between_them_and_to_no_third(as_owner, owner, shop, other_shop):
    members.add_member(other_shop, owner.pk, Role.SUPPORT)
    third = make_person("else@third.example")
    assert [one.slug for one in memberships_of(owner.pk)] == ["first", "second"]
    assert b"<h1>First</h1>" in as_owner.get("/").content
    as_owner.post(reverse("shops:switch"), {"shop": "second"})
    assert b"<h1>Second</h1>" in as_owner.get("/").content
    as_owner.post(reverse("shops:switch"), {"shop": third.email})
    assert b"<h1>Second</h1>" in as_owner.get("/").content


def test_a_form_without_its_token_changes_nothing(owner, shop):
    from django.test import Client  # noqa: PLC0415

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(reverse("shops:invite"), {"email": "x@shop.example", "role": "owner"}).status_code == 403
    with shop_scope(shop):
        assert not Invitation.objects.exists()


def tell(shop, user, key="k"):
    with shop_scope(shop):
        notices.tell(user.pk, NoticeKind.ROLE_CHANGED, {"role": "analyst"}, key)
        return Notice.objects.get(key=key).pk


def test_mail_notice_twice_leaves_the_same_world(shop, owner):
    notice = tell(shop, owner)
    mail_notice(shop, notice)
    mail_notice(shop, notice)
    assert [message.to for message in mail.outbox] == [["owner@shop.example"]]


def test_a_notice_with_the_same_key_is_told_once(shop, owner):
    assert tell(shop, owner) == tell(shop, owner)


def test_a_notice_is_written_in_its_readers_language(shop):
    reader = make_person("lectrice@shop.example", shop, Role.SUPPORT, "fr")
    mail_notice(shop, tell(shop, reader))
    assert "Votre rôle dans cette boutique est désormais\u00a0: analyste." in mail.outbox[0].body


def test_one_click_stops_a_kind_without_signing_in(client, shop, owner):
    mail_notice(shop, tell(shop, owner))
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"/shops/notices/stop/[^>]+", headers["List-Unsubscribe"])[0]
    assert client.get(link).status_code == 200
    with shop_scope(shop):
        assert notices.wants_mail(owner.pk, NoticeKind.ROLE_CHANGED)
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    mail_notice(shop, tell(shop, owner, "another"))
    assert len(mail.outbox) == 1
    assert client.post(link[:-3] + "x/").status_code == 404


def test_notices_are_seen_counted_and_chosen(as_owner, owner, shop, other_shop):
    tell(shop, owner)
    assert notices.count_unread(shop, owner.pk) == 1
    assert b"Your role in this shop is now: analyst." in as_owner.get(reverse("shops:notices")).content
    assert (notices.count_unread(shop, owner.pk), notices.count_unread(other_shop, owner.pk)) == (0, 0)
    as_owner.post(reverse("shops:choose"), {"by_mail": ["role_changed"]})
    with shop_scope(shop):
        assert [kind for kind in NoticeKind if notices.wants_mail(owner.pk, kind)] == [NoticeKind.ROLE_CHANGED]
