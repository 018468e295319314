"""Verbs about a person's own account, and about the accounts that show the demo."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import PersonSummary, Role
from shopconnect.core.tenancy.context import ShopId


def remember_language(user_id: int, language: str) -> None:
    """Keep the language that a person reads; their notices and e-mails follow it."""
    User.objects.filter(pk=user_id).update(language=language)


def describe_person(user_id: int, name: str, language: str) -> None:
    """Store how a person is called and which language they read."""
    User.objects.filter(pk=user_id).update(name=name.strip(), language=language)


def person_of(user_id: int) -> PersonSummary:
    """Return what a person says of themselves; raises User.DoesNotExist."""
    user = User.objects.get(pk=user_id)
    return PersonSummary(user_id=user.pk, email=user.email, name=user.name, language=user.language)


def hold_person(user_id: int) -> None:
    """Let nobody else who holds a person's account go on until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def make_demo_member(shop_id: ShopId, email: str, name: str, role: Role) -> None:
    """Make a person who shows the demo, once, and have them work with a shop in a role."""
    user_id = _demo_account(email, name, is_operator=False)
    Membership.objects.update_or_create(user_id=user_id, shop_id=shop_id, defaults={"role": role})


def make_demo_operator(email: str, name: str) -> None:
    """Make the demo's operator of the system, once."""
    _demo_account(email, name, is_operator=True)


def remove_unattached(emails: Iterable[str]) -> None:
    """Remove the accounts of these addresses that work with no shop any more."""
    for user in User.objects.filter(email__in=list(emails), memberships=None):
        user.delete()


def _demo_account(email: str, name: str, *, is_operator: bool) -> int:
    """Return an account without a password, whose address is taken as confirmed."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    if user.is_staff != is_operator:
        User.objects.filter(pk=user.pk).update(is_staff=is_operator)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return int(user.pk)
