"""A platform for tests: it counts what it is asked and says what it is told to say."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import AccessEnded, ConnectorError, ShopDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import refuse_in_scope

NAME, SHOP = "shopify", "lumen.myshopify.com"
DRAFT = ShopDraft(
    name="Lumen",
    currency="EUR",
    timezone="Europe/Paris",
    languages=("fr",),
    countries=("FR",),
    hosts=("lumen.example",),
    prices_include_tax=True,
)


def tokens(number: int = 0, *, ends: datetime | None = None, scopes: tuple[str, ...] = ("read_products",)) -> Tokens:
    """A pair of tokens that holds for an hour, unless said otherwise."""
    moment = now()
    return Tokens(
        access=f"access-{number}",
        refresh=f"refresh-{number}",
        scopes=scopes,
        expires_at=ends or moment + timedelta(hours=1),
        refresh_expires_at=moment + timedelta(days=90),
    )


@dataclass(frozen=True)
class PlainConnection:
    """A connection that knows its tokens."""

    shop: str
    tokens: Tokens
    draft: ShopDraft

    def read_shop(self) -> ShopDraft:
        """What the shop says."""
        refuse_in_scope("read_shop")
        return self.draft


@dataclass
class PlainPlatform:
    """A platform whose renewals are counted; `failures` are raised first, one a renewal."""

    name: str = NAME
    failures: list[ConnectorError] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    slow: float = 0
    meanwhile: Any = None

    def renew(self, shop: str, old: Tokens) -> Tokens:
        """Exchange tokens."""
        refuse_in_scope("renew")
        self.renewed.append(old.refresh)
        if self.slow:
            threading.Event().wait(self.slow)
        if self.meanwhile:
            self.meanwhile()
        if self.failures:
            raise self.failures.pop(0)
        return tokens(len(self.renewed), scopes=old.scopes)

    def connect(self, shop: str, held: Tokens) -> PlainConnection:
        """Connect."""
        return PlainConnection(shop, held, DRAFT)


def refusal(*, permanent: bool, status: int | None = 400) -> ConnectorError:
    """What a platform says when it does not renew."""
    kind = AccessEnded if permanent else ConnectorError
    return kind(NAME, status, permanent=permanent, detail="invalid_grant" if permanent else "away")
