"""A platform in memory: what it sells changes behind our back, and it says so in webhooks, or not."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from shopconnect.connectors.base import (
    Ability,
    ChangeNotice,
    Draft,
    Fetched,
    Listing,
    Page,
    RawWebhook,
    ResourceType,
    Tokens,
    Webhook,
)
from shopconnect.connectors.types import (
    ConnectorError,
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    ProductDraft,
    ShopDraft,
    VariantDraft,
)
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import refuse_in_scope
from shopconnect.sync.change_notices import read_notices, write_notices

SHOP = ShopDraft(name="World", currency="EUR", timezone="Europe/Paris", hosts=("world.example",))
START = now().replace(microsecond=0) - timedelta(days=2)
PAGE, SIGNATURE = 20, "signed"


def tokens() -> Tokens:
    return Tokens(access="access", refresh="refresh", expires_at=now() + timedelta(days=1))


@dataclass
class World:
    """The platform and the connection of its only shop; its clock goes on a second with each change."""

    name: str = "shopify"
    resources: dict[ResourceType, dict[str, Draft]] = field(
        default_factory=lambda: {
            resource: {} for resource in (ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER)
        }
    )
    asked: list[tuple[str, ResourceType, tuple[str, ...]]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)  # each is raised once, by the next question
    bad: set[str] = field(default_factory=set)  # asking for one of these fails each time, and so does its page
    silent: set[str] = field(default_factory=set)  # asking for one of these is never answered
    broken: dict[str, Draft] = field(default_factory=dict)  # what is said in place of a resource
    meanwhile: Callable[[], None] = lambda: None
    shop: ShopDraft = SHOP
    can: frozenset[str] = frozenset({Ability.CUSTOMERS_BY_CHANGE})
    _seconds: "count[int]" = field(default_factory=count)
    _deliveries: "count[int]" = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # The merchant's deeds

    def tick(self) -> datetime:
        return START + timedelta(seconds=next(self._seconds))

    def sell(self, external_id: str, title: str = "Thing", price: int = 10) -> None:
        variant = VariantDraft(external_id=f"{external_id}-1", price=Decimal(price))
        self.resources[ResourceType.PRODUCT][external_id] = ProductDraft(
            external_id=external_id,
            title=title,
            price=Decimal(price),
            currency="EUR",
            variants=(variant,),
            updated_at=self.tick(),
        )

    def know(self, external_id: str, country: str = "FR") -> None:
        self.resources[ResourceType.CUSTOMER][external_id] = CustomerDraft(
            external_id=external_id, country=country, updated_at=self.tick()
        )

    def take_order(self, external_id: str, product: str = "1", quantity: int = 1, **said: object) -> None:
        at = self.tick()
        line = LineDraft(product, Decimal(quantity), Decimal(10), Decimal(0))
        draft = OrderDraft(
            external_id=external_id, kind=OrderKind.ORDER, placed_at=at, currency="EUR", lines=(line,), updated_at=at
        )
        self.resources[ResourceType.ORDER][external_id] = replace(draft, **said)  # type: ignore[arg-type]

    def drop(self, resource: ResourceType, external_id: str) -> None:
        self.resources[resource].pop(external_id)

    # What it sends

    def webhook(
        self,
        *notices: ChangeNotice,
        delivery: str = "",
        at: datetime | None = None,
        shop: str = "world",
        is_timed: bool = True,
    ) -> RawWebhook:
        """Return a signed webhook, each time another delivery unless it is named."""
        body = {
            "notices": write_notices(notices),
            "delivery": delivery or str(next(self._deliveries)),
            "shop": shop,
            "at": (at or self.tick()).isoformat() if is_timed else None,
        }
        return RawWebhook(headers={"x-signature": SIGNATURE}, body=json.dumps(body).encode())

    # Platform

    def verify(self, raw: RawWebhook) -> Webhook:
        if raw.headers.get("x-signature") != SIGNATURE:
            raise ConnectorError(self.name, 401, permanent=True)
        try:
            said = json.loads(raw.body)
        except ValueError as error:
            raise ConnectorError(self.name, 400, permanent=True) from error
        return Webhook(
            platform=self.name,
            delivery_id=said["delivery"],
            topic="resources/update",
            shop=said["shop"],
            at=datetime.fromisoformat(said["at"]).astimezone(UTC) if said["at"] else None,
            notices=read_notices(said["notices"]),
        )

    def renew(self, shop: str, old: Tokens) -> Tokens:
        return tokens()

    def connect(self, shop: str, held: Tokens) -> "World":
        return self

    # Connection

    def read_shop(self) -> ShopDraft:
        self._ask("read_shop", ResourceType.SHOP, ())
        return self.shop

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        assert 0 < len(external_ids) <= 250
        self._ask("fetch", resource, tuple(external_ids))
        self._refuse(external_ids)
        there: Mapping[str, Draft] = self.resources[resource] | {
            k: v for k, v in self.broken.items() if k in external_ids
        }
        found = Fetched(
            tuple(there[one] for one in external_ids if one in there),
            tuple(one for one in external_ids if one not in there),
        )
        self.meanwhile()
        return found

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        self._ask("list_changed", resource, (cursor,))
        page, ids = self._changed(resource, since, cursor)
        self._refuse(ids)
        self.meanwhile()
        return page

    def list_changed_ids(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[str]:
        self._ask("list_changed_ids", resource, (cursor,))
        page, ids = self._changed(resource, since, cursor)
        return Page(ids, page.next_cursor)

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        self._ask("list_ids", resource, (cursor,))
        ids, begin = sorted(self.resources[resource]), int(cursor or 0)
        return Listing(tuple(ids[begin : begin + PAGE]), str(begin + PAGE) if begin + PAGE < len(ids) else "")

    def _changed(self, resource: ResourceType, since: datetime, cursor: str) -> tuple[Page[Draft], tuple[str, ...]]:
        changed = sorted(
            (one for one in self.resources[resource].values() if one.updated_at >= since),  # type: ignore[union-attr,operator]
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

    def _ask(self, what: str, resource: ResourceType, about: tuple[str, ...]) -> None:
        refuse_in_scope(what)
        with self._lock:
            self.asked.append((what, resource, about))
            if self.failures:
                raise self.failures.pop(0)
