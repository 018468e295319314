"""People of a shop."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from django.test import Client

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId

PASSWORD = "correct horse battery"  # noqa: S105


def make_person(email: str, *, language: str = "en", is_staff: bool = False) -> User:
    """An account with a confirmed address and a password."""
    user = User.objects.create_user(email, PASSWORD, language=language, is_staff=is_staff)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_member(shop: ShopId, role: Role, email: str = "", **fields: object) -> User:
    """An account that works with a shop."""
    user = make_person(email or f"{role.value}@example.com", **fields)
    Membership.objects.create(user=user, shop_id=shop, role=role)
    return user


def signed_in(user: User, **options: object) -> Client:
    """A browser in which somebody is signed in, and said a moment ago who they are."""
    client = Client(**options)
    client.force_login(user)
    session = client.session
    now = datetime.now(UTC).timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def roles_of(shop: ShopId) -> dict[str, str]:
    """Who works with a shop, as what."""
    return dict(Membership.objects.filter(shop_id=shop).values_list("user__email", "role"))


@pytest.fixture
def owner(shop: ShopId) -> User:
    """The shop's owner."""
    return make_member(shop, Role.OWNER)


@pytest.fixture
def support(shop: ShopId) -> User:
    """Somebody of the shop's support."""
    return make_member(shop, Role.SUPPORT)


@pytest.fixture
def browser_of() -> Callable[..., Client]:
    """A browser for a person."""
    return signed_in
