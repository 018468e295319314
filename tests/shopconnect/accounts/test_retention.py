"""What the shops room forgets, and what it keeps."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from shopconnect.accounts import members
from shopconnect.accounts.display_names import staff_address
from shopconnect.accounts.members import enter_platform_staff
from shopconnect.accounts.models import Invitation, Membership, SignIn, User
from shopconnect.accounts.retention import forget_what_is_over
from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.types import Role, SignInWay
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo import people
from shopconnect.shops import installs
from shopconnect.shops.models import Shop, ShopKey
from shopconnect.shops.types import KeyKind
from tests.shopconnect.shops.conftest import make_person
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens


def invite(shop, owner, email: str, days_ago: int) -> None:
    members.invite_member(shop, owner.pk, email, Role.SUPPORT, "en")
    with shop_scope(shop):
        newest = Invitation.objects.latest("id").pk
        Invitation.objects.filter(pk=newest).update(created_at=now() - timedelta(days=days_ago))


def test_old_invitations_go_with_their_links_in_every_shop(shop, other_shop, owner):
    invite(shop, owner, "old@example.org", 31)
    invite(shop, owner, "new@example.org", 29)
    invite(other_shop, owner, "old@example.org", 31)
    for _ in range(2):
        forget_what_is_over()
        with shop_scope(shop):
            assert [one.email for one in Invitation.objects.all()] == ["new@example.org"]
        with shop_scope(other_shop):
            assert not Invitation.objects.exists()
        assert ShopKey.objects.filter(kind=KeyKind.INVITATION).count() == 1


def test_sign_ins_of_nobody_and_of_those_who_never_came_back_go_after_a_year(owner):
    old = now() - sign_ins.RETENTION - timedelta(minutes=1)
    for user in (owner, None):
        SignIn.objects.create(user=user, at=old, succeeded=user is not None, way=SignInWay.PASSWORD)
    sign_ins.note_failed_sign_in("nobody@example.org", SignInWay.PASSWORD)
    forget_what_is_over()
    assert SignIn.objects.count() == 1


def test_ended_sessions_go_with_the_addresses_they_came_from(owner):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(owner)
        assert client.get("/shops/account/").status_code == 200
    assert UserSession.objects.count() == 2
    Session.objects.filter(pk=clients[0].session.session_key).update(expire_date=now() - timedelta(seconds=1))
    forget_what_is_over()
    assert [row.session_key for row in UserSession.objects.all()] == [clients[1].session.session_key]
    assert Session.objects.count() == 1


def test_an_erased_invitation_leaves_no_link(shop, owner):
    invite(shop, owner, "new@example.org", 0)
    with shop_scope(shop):
        erase = registered()["accounts.invitation"].erase
        assert erase(Person(person_key=person_key("new@example.org"))) == 1
    assert not ShopKey.objects.filter(kind=KeyKind.INVITATION).exists()


def enter_staff(shop_id: ShopId, domain: str) -> User:
    """Somebody of a platform's staff opens the app of a shop."""
    return enter_platform_staff(shop_id, staff_address(NAME, domain, "1"), "en", lambda: Role.OWNER)


def test_staff_of_a_shop_that_is_erased_go_and_come_back_as_new(transactional_db, owner_url):
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    still = installs.install_shop(NAME, "other.myshopify.com", tokens(), DRAFT)
    enter_staff(shop_id, SHOP)
    taken_out = enter_staff(still, "other.myshopify.com")
    Membership.objects.filter(user=taken_out).delete()
    person = make_person("ada@example.com")
    Shop.objects.filter(pk=shop_id).update(is_demo=True)
    people.remove_demo_shop(shop_id)
    for _ in range(2):
        forget_what_is_over()
    assert set(User.objects.values_list("pk", flat=True)) == {taken_out.pk, person.pk}
    back = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    assert enter_staff(back, SHOP).memberships.get().role == Role.OWNER
