"""A platform in memory: what it sells changes behind our back, and it says so in hooks, or not."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from shopconnect.connectors.base import Draft, Fetched, Hint, Hook, Listing, Page, RawHook, Thing, Tokens
from shopconnect.connectors.types import (
    ConnectorError,
    CustomerDraft,
    Kind,
    LineDraft,
    OrderDraft,
    ProductDraft,
    ShopDraft,
    VariantDraft,
)
from shopconnect.core.clock import now
from shopconnect.core.scope import refuse_in_scope
from shopconnect.sync.hints import read_hints, write_hints

SHOP = ShopDraft(name="World", currency="EUR", timezone="Europe/Paris", hosts=("world.example",))
START = now().replace(microsecond=0) - timedelta(days=2)
PAGE, SIGNATURE = 20, "signed"


def tokens() -> Tokens:
    return Tokens(access="access", refresh="refresh", expires_at=now() + timedelta(days=1))


@dataclass
class World:
    """The platform and the connection of its only shop; its clock goes on a second with each change."""

    name: str = "shopify"
    things: dict[Thing, dict[str, Draft]] = field(
        default_factory=lambda: {thing: {} for thing in (Thing.PRODUCT, Thing.CUSTOMER, Thing.ORDER)}
    )
    asked: list[tuple[str, Thing, tuple[str, ...]]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)  # each is raised once, by the next question
    bad: set[str] = field(default_factory=set)  # asking for one of these fails each time, and so does its page
    silent: set[str] = field(default_factory=set)  # asking for one of these is never answered
    broken: dict[str, Draft] = field(default_factory=dict)  # what is said in place of a thing
    meanwhile: Callable[[], None] = lambda: None
    shop: ShopDraft = SHOP
    can: frozenset[str] = frozenset()
    _seconds: "count[int]" = field(default_factory=count)
    _deliveries: "count[int]" = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # The merchant's deeds

    def tick(self) -> datetime:
        return START + timedelta(seconds=next(self._seconds))

    def sell(self, external_id: str, title: str = "Thing", price: int = 10) -> None:
        variant = VariantDraft(external_id=f"{external_id}-1", price=Decimal(price))
        self.things[Thing.PRODUCT][external_id] = ProductDraft(
            external_id=external_id,
            title=title,
            price=Decimal(price),
            currency="EUR",
            variants=(variant,),
            updated_at=self.tick(),
        )

    def know(self, external_id: str, country: str = "FR") -> None:
        self.things[Thing.CUSTOMER][external_id] = CustomerDraft(
            external_id=external_id, country=country, updated_at=self.tick()
        )

    def take_order(self, external_id: str, product: str = "1", quantity: int = 1, **said: object) -> None:
        at = self.tick()
        line = LineDraft(product, Decimal(quantity), Decimal(10), Decimal(0))
        draft = OrderDraft(
            external_id=external_id, kind=Kind.ORDER, placed_at=at, currency="EUR", lines=(line,), updated_at=at
        )
        self.things[Thing.ORDER][external_id] = replace(draft, **said)  # type: ignore[arg-type]

    def drop(self, thing: Thing, external_id: str) -> None:
        self.things[thing].pop(external_id)

    # What it sends

    def hook(self, *hints: Hint, delivery: str = "", at: datetime | None = None, shop: str = "world") -> RawHook:
        """Return a signed hook, each time another delivery unless it is named."""
        body = {
            "hints": write_hints(hints),
            "delivery": delivery or str(next(self._deliveries)),
            "shop": shop,
            "at": (at or self.tick()).isoformat(),
        }
        return RawHook(headers={"x-signature": SIGNATURE}, body=json.dumps(body).encode())

    # Platform

    def verify(self, raw: RawHook) -> Hook:
        if raw.headers.get("x-signature") != SIGNATURE:
            raise ConnectorError(self.name, 401, permanent=True)
        try:
            said = json.loads(raw.body)
        except ValueError as error:
            raise ConnectorError(self.name, 400, permanent=True) from error
        return Hook(
            platform=self.name,
            delivery_id=said["delivery"],
            topic="things/update",
            shop=said["shop"],
            at=datetime.fromisoformat(said["at"]).astimezone(UTC),
            hints=read_hints(said["hints"]),
        )

    def renew(self, shop: str, old: Tokens) -> Tokens:
        return tokens()

    def connect(self, shop: str, held: Tokens) -> "World":
        return self

    # Connection

    def read_shop(self) -> ShopDraft:
        self._ask("read_shop", Thing.SHOP, ())
        return self.shop

    def fetch(self, thing: Thing, external_ids: Sequence[str]) -> Fetched:
        assert 0 < len(external_ids) <= 250
        self._ask("fetch", thing, tuple(external_ids))
        self._refuse(external_ids)
        there: Mapping[str, Draft] = self.things[thing] | {k: v for k, v in self.broken.items() if k in external_ids}
        found = Fetched(
            tuple(there[one] for one in external_ids if one in there),
            tuple(one for one in external_ids if one not in there),
        )
        self.meanwhile()
        return found

    def list_changed(self, thing: Thing, since: datetime, cursor: str = "") -> Page[Draft]:
        self._ask("list_changed", thing, (cursor,))
        page, ids = self._changed(thing, since, cursor)
        self._refuse(ids)
        self.meanwhile()
        return page

    def list_touched(self, thing: Thing, since: datetime, cursor: str = "") -> Page[str]:
        self._ask("list_touched", thing, (cursor,))
        page, ids = self._changed(thing, since, cursor)
        return Page(ids, page.next_cursor)

    def list_ids(self, thing: Thing, cursor: str = "") -> Listing:
        self._ask("list_ids", thing, (cursor,))
        ids, begin = sorted(self.things[thing]), int(cursor or 0)
        return Listing(tuple(ids[begin : begin + PAGE]), str(begin + PAGE) if begin + PAGE < len(ids) else "")

    def _changed(self, thing: Thing, since: datetime, cursor: str) -> tuple[Page[Draft], tuple[str, ...]]:
        changed = sorted(
            (one for one in self.things[thing].values() if one.updated_at >= since),  # type: ignore[union-attr,operator]
            key=lambda one: (one.updated_at, one.external_id),
        )  # type: ignore[union-attr]
        begin = int(cursor or 0)
        items = tuple(changed[begin : begin + PAGE])
        ids = tuple(one.external_id for one in items)  # type: ignore[union-attr]
        return Page(items, str(begin + PAGE) if begin + PAGE < len(changed) else ""), ids

    def _refuse(self, external_ids: Sequence[str]) -> None:
        if self.bad & set(external_ids):
            raise ConnectorError(self.name, 400, permanent=True, detail="a bad id")
        if self.silent & set(external_ids):
            raise ConnectorError(self.name, 502, permanent=False, detail="no answer")

    def _ask(self, what: str, thing: Thing, about: tuple[str, ...]) -> None:
        refuse_in_scope(what)
        with self._lock:
            self.asked.append((what, thing, about))
            if self.failures:
                raise self.failures.pop(0)
