"""Tokens of the REST API: made once, shown once, found by their hash, dead when expired or revoked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from shopconnect.accounts.models import ApiToken
from shopconnect.accounts.scopes import scopes as known_scopes
from shopconnect.accounts.types import NewToken, TokenSummary
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.rest.callers import Caller
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import selectors, services
from shopconnect.shops.audit import note
from shopconnect.shops.types import KeyKind

PREFIX, MOST_DAYS, MOST_TOKENS = "sc_", 366, 50
USE_NOTED_EVERY = timedelta(minutes=1)


def make_token(
    shop_id: ShopId, name: str, scopes: Iterable[str], *, days: int, actor_id: int | None = None
) -> NewToken:
    """Make a token for `days` and return it, the only time that it can be read.

    Raises Refusal: name_missing, scopes_missing, scope_unknown, bad_expiry, too_many_tokens.
    """
    chosen = sorted(set(scopes))
    _refuse_unfit(name.strip(), chosen, days)
    token = PREFIX + random_token(32)
    with shop_scope(shop_id):
        if ApiToken.objects.filter(revoked_at=None, expires_at__gt=now()).count() >= MOST_TOKENS:
            raise Refusal(
                "too_many_tokens", _("This shop already has %(most)d tokens. Revoke one first.") % {"most": MOST_TOKENS}
            )
        row = ApiToken.objects.create(
            name=name.strip(), hash=token_hash(token), scopes=chosen, expires_at=now() + timedelta(days=days)
        )
        services.store_key(shop_id, KeyKind.API, row.hash)
        note(actor_id, "token_made", row.name, detail={"scopes": row.scopes})
        return NewToken(token=token, summary=_summary(row))


@dataclass(frozen=True, slots=True)
class TokenList:
    """A shop's tokens, and the time zone in which its people read times."""

    tokens: list[TokenSummary]
    timezone: str


def list_tokens(shop_id: ShopId) -> TokenList:
    """Return the shop's tokens that are not revoked, newest first, expired ones too."""
    with shop_scope(shop_id):
        rows = ApiToken.objects.filter(revoked_at=None).order_by("-id")
        return TokenList([_summary(row) for row in rows], selectors.shop_profile().timezone)


def revoke_token(shop_id: ShopId, public_id: int, *, actor_id: int | None = None) -> None:
    """End a token at once; ending it again changes nothing. Raises Missing."""
    with shop_scope(shop_id):
        row = ApiToken.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise Missing(_("This shop has no such token."))
        if row.revoked_at is None:
            row.revoked_at = now()
            row.save(update_fields=["revoked_at"])
            services.drop_keys(shop_id, KeyKind.API, [row.hash])
            note(actor_id, "token_revoked", row.name, detail={"scopes": row.scopes})


def authenticate(token: str) -> Caller:
    """Return whose token this is, and note its use at most once a minute; raises Refusal with status 401."""
    found = token_hash(token)
    shop_id = selectors.shop_by_key(KeyKind.API, found) if token.startswith(PREFIX) else None
    if shop_id is None:
        raise Refusal("token_unknown", _("This token is unknown or has been revoked."), 401)
    with shop_scope(shop_id):
        row = ApiToken.objects.filter(hash=found, revoked_at=None).first()
        if row is None:
            raise Refusal("token_unknown", _("This token is unknown or has been revoked."), 401)
        moment = now()
        if row.expires_at <= moment:
            raise Refusal("token_expired", _("This token has expired. Create a new one."), 401)
        stale = Q(last_used_at=None) | Q(last_used_at__lt=moment - USE_NOTED_EVERY)
        if row.last_used_at is None or row.last_used_at < moment - USE_NOTED_EVERY:
            ApiToken.objects.filter(stale, pk=row.pk).update(last_used_at=moment)
        return Caller(
            shop_id=shop_id,
            public_id=row.public_id,
            name=row.name,
            scopes=frozenset(row.scopes),
            expires_at=row.expires_at,
        )


def _refuse_unfit(name: str, scopes: list[str], days: int) -> None:
    if not name or len(name) > 80:
        raise Refusal("name_missing", _("Give the token a name of up to 80 characters."), 400)
    if not scopes:
        raise Refusal("scopes_missing", _("Choose at least one scope."), 400)
    unknown = [scope for scope in scopes if scope not in known_scopes()]
    if unknown:
        raise Refusal("scope_unknown", _("The scope %(scope)s doesn’t exist.") % {"scope": unknown[0]}, 400)
    if not 1 <= days <= MOST_DAYS:
        raise Refusal("bad_expiry", _("A token can last from 1 to %(most)d days.") % {"most": MOST_DAYS}, 400)


def _summary(row: ApiToken) -> TokenSummary:
    return TokenSummary(
        public_id=row.public_id,
        name=row.name,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        is_expired=row.expires_at <= now(),
    )
