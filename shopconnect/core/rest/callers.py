"""Who calls the REST API: a token of one shop, with the scopes it was given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from shopconnect.core.errors import Refusal
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId

NOBODY = 0  # the user by whom a token does something: it is nobody's account


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A valid token: the shop it opens, its outside name, what it may do, and until when."""

    shop_id: ShopId
    public_id: int
    name: str
    scopes: frozenset[str]
    expires_at: datetime


FindCaller = Callable[[str], Caller]
_find: dict[str, FindCaller] = registry({})


def find_callers_by(find: FindCaller) -> None:
    """Name the function that turns a token into its caller, or raises Refusal; the room that keeps tokens does."""
    _find["token"] = find


class BearerAuthentication(BaseAuthentication):
    """Read `Authorization: Bearer <token>`; anything else is a refusal with status 401."""

    def authenticate(self, request: Request) -> tuple[None, Caller]:
        """Return the caller as `request.auth`; there is no user."""
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Refusal("token_missing", _("Send a token: Authorization: Bearer sc_…"), 401)
        return None, _find["token"](token.strip())

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in a 401."""
        return "Bearer"
