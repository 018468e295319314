"""A platform in a folder: small, obedient, and the same for a test and for a worker in another process.

`config.json` says how much it sells and how it behaves, `calls.txt` what it was asked. At the point that `hold` names
it leaves `reached` and waits to be killed.
"""

import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from shopconnect.connectors.base import (
    Ability,
    Bulk,
    BulkState,
    Draft,
    Fetched,
    Listing,
    Page,
    PriceChange,
    RawWebhook,
    Receipt,
    ResourceType,
    Tokens,
    Webhook,
)
from shopconnect.connectors.types import (
    AccessEnded,
    ConnectorError,
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    ProductDraft,
    ShopDraft,
    StockDraft,
    VariantDraft,
)
from shopconnect.sync import backfill
from tests.waiting import PATIENCE_SECONDS

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHOP = ShopDraft(name="Outside", currency="EUR", timezone="Europe/Paris", languages=("fr",), hosts=("out.example",))
TOKENS = Tokens(access="access", refresh="refresh", scopes=("read_products", "write_products"))
PAGE = 40


def product(number: int) -> list[Draft]:
    """A product of two variants, and its stock at a place."""
    price, at = Decimal(10 + number % 7), AT + timedelta(seconds=number)
    variants = tuple(
        VariantDraft(external_id=f"{number}-{size}", title=f"Size {size}", price=price, stock=Decimal(number % 5))
        for size in (1, 2)
    )
    return [
        ProductDraft(
            external_id=str(number),
            title=f"Thing {number}",
            price=price,
            currency="EUR",
            variants=variants,
            updated_at=at,
        ),
        *(
            StockDraft(product=str(number), variant=one.external_id, location="7", at=at, level=Decimal(number % 5))
            for one in variants
        ),
    ]


def customer(number: int) -> list[Draft]:
    """A customer."""
    return [CustomerDraft(external_id=str(number), country="FR", updated_at=AT + timedelta(seconds=number))]


def order(number: int) -> list[Draft]:
    """An order of two lines; each tenth is paid back."""
    at = AT + timedelta(seconds=number)
    facts: dict[str, Any] = {
        "external_id": str(number),
        "currency": "EUR",
        "customer": str(number % 9),
        "updated_at": at,
    }
    lines = tuple(
        LineDraft(
            product=str((number + step) % 60),
            variant=f"{(number + step) % 60}-1",
            quantity=Decimal(1 + step),
            price=Decimal(12),
            discount=Decimal(0),
        )
        for step in range(2)
    )
    drafts: list[Draft] = [OrderDraft(kind=OrderKind.ORDER, placed_at=at, lines=lines, **facts)]
    if number % 10 == 0:
        drafts.append(OrderDraft(kind=OrderKind.REFUND, placed_at=at, lines=lines[:1], refunds=str(number), **facts))
    return drafts


MADE: dict[ResourceType, Callable[[int], list[Draft]]] = {
    ResourceType.PRODUCT: product,
    ResourceType.CUSTOMER: customer,
    ResourceType.ORDER: order,
}


def platform_at(folder: str) -> "Outside":
    """Return the platform of a folder, for a worker of its own process, which stores lots as long as it is told."""
    platform = Outside(Path(folder))
    backfill.LOT_AT_FIRST = backfill.LOT_AT_MOST = platform.told("lot", 1000)
    return platform


class Outside:
    """The platform, and the connection of each of its shops."""

    name = "shopify"

    def __init__(self, folder: Path) -> None:
        self.folder, self.place = folder, f"{__name__}:{folder}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "config.json").exists():
            (folder / "config.json").write_text("{}")

    @property
    def can(self) -> frozenset[Ability]:
        told = self.told("can", [Ability.BULK, Ability.PUSH_PRICE])
        return frozenset({Ability.CUSTOMERS_BY_CHANGE, *(Ability(one) for one in told)})

    def tell(self, **config: Any) -> None:
        """Have it behave otherwise from now on."""
        known = json.loads((self.folder / "config.json").read_text())
        (self.folder / "config.json").write_text(json.dumps({**known, **config}))

    def told(self, name: str, otherwise: Any) -> Any:
        return json.loads((self.folder / "config.json").read_text()).get(name, otherwise)

    def calls(self, start: str = "") -> list[str]:
        """Return what it was asked, in order."""
        path = self.folder / "calls.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(start)]

    def numbers(self, resource: ResourceType) -> list[int]:
        return list(range(self.told(resource.value, 60)))

    def drafts(self, resource: ResourceType) -> list[Draft]:
        """Return all there is of a resource."""
        return [draft for number in self.numbers(resource) for draft in MADE[resource](number)]

    # Platform

    def verify(self, raw: RawWebhook) -> Webhook:
        raise NotImplementedError

    def renew(self, shop: str, tokens: Tokens) -> Tokens:
        self._asked("renew")
        return TOKENS

    def connect(self, shop: str, tokens: Tokens) -> "Outside":
        return self

    # Connection

    def read_shop(self) -> ShopDraft:
        self._asked("read_shop")
        return SHOP

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        self._asked(f"fetch {resource} {','.join(external_ids)}")
        found = Fetched(tuple(draft for number in external_ids for draft in MADE[resource](int(number))))
        self._hold(f"fetched {resource}")
        return found

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        self._asked(f"list_changed {resource} {cursor}")
        if cursor:
            self._hold(f"paging {resource}")
        numbers, begin = self.numbers(resource), int(cursor or 0)
        items = tuple(draft for number in numbers[begin : begin + PAGE] for draft in MADE[resource](number))
        return Page(items, str(begin + PAGE) if begin + PAGE < len(numbers) else "")

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        return Listing(tuple(map(str, self.numbers(resource))))

    def count(self, resource: ResourceType) -> int:
        self._asked(f"count {resource}")
        return len(self.numbers(resource)) if self.told("counts", True) else 0

    def start_bulk(self, resource: ResourceType) -> str:
        self._asked(f"start_bulk {resource}")
        reference = f"{resource}/{len(self.calls('start_bulk'))}"
        self._hold(f"asked {resource}")
        return reference

    def find_bulk(self, reference: str) -> Bulk:
        resource = ResourceType(reference.partition("/")[0])
        self._asked(f"find_bulk {reference}")
        self._hold(f"found {resource}")
        state, count = self.told("bulk", {}).get(resource, "done"), len(self.numbers(resource))
        if reference in self.told("gone", []):
            return Bulk(reference=reference, state=BulkState.FAILED, detail="NOT_FOUND")
        if state == "running":
            return Bulk(reference=reference, state=BulkState.RUNNING, objects=count // 2)
        if state == "failed":
            return Bulk(reference=reference, state=BulkState.FAILED, detail="INTERNAL_SERVER_ERROR")
        if state == "partial":
            return Bulk(
                reference=reference, state=BulkState.FAILED, url="http://out/half", objects=count // 2, detail="TIMEOUT"
            )
        return Bulk(reference=reference, state=BulkState.DONE, url="http://out/all" if count else "", objects=count)

    def download_bulk(self, bulk: Bulk, path: Path) -> bool:
        resource = ResourceType(bulk.reference.partition("/")[0])
        self._asked(f"download {bulk.reference}")
        numbers = self.numbers(resource) if bulk.url else []
        if bulk.url.endswith("half"):
            numbers = numbers[: len(numbers) // 2]
        random.Random(bulk.reference).shuffle(numbers)
        with path.open("w") as file:
            file.writelines(f"{number}\n" for number in numbers[: len(numbers) // 2])
            file.flush()
            self._hold(f"downloading {resource}")
            file.writelines(f"{number}\n" for number in numbers[len(numbers) // 2 :])
        return len(self.calls(f"download {bulk.reference}")) >= self.told("slices", 1)

    def prepare_bulk(self, path: Path, seconds: float) -> bool:
        resource = ResourceType(path.parent.parent.name)
        self._asked(f"prepare {resource}")
        self._hold(f"preparing {resource}")
        return len(self.calls(f"prepare {resource}")) >= self.told("slices", 1)

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        self._asked(f"read_bulk {resource} {skip}")
        count = 0
        for number in path.read_text().split():
            for draft in MADE[resource](int(number)):
                count += 1
                if count > skip:
                    yield draft
            if count - skip > self.told("hold_after", 10**9):
                self._hold(f"reading {resource}")

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        self._asked(f"push_price {key} {change.variant} {change.price} expecting {change.expected}")
        self._hold("pushing")
        prices = self.told("prices", {})
        if key in self.told("keys", []):
            return Receipt(is_done=True, reference=key)
        if Decimal(prices.get(change.variant, change.expected)) != change.expected:
            return Receipt(is_done=False, refusal="The price is another one by now.")
        self.tell(keys=[*self.told("keys", []), key], prices=prices | {change.variant: str(change.price)})
        self._hold("pushed")
        return Receipt(is_done=True, reference=key)

    def _asked(self, what: str) -> None:
        with (self.folder / "calls.txt").open("a") as calls:
            calls.write(f"{what}\n")
        failure = next((one for one in self.told("failures", []) if what.startswith(one["call"])), None)
        if failure:
            kind = AccessEnded if failure["permanent"] and failure["call"] == "renew" else ConnectorError
            raise kind(
                self.name,
                failure.get("status"),
                permanent=failure["permanent"],
                retry_after=failure.get("retry_after"),
                detail=failure.get("detail", ""),
            )

    def _hold(self, point: str) -> None:
        if self.told("hold", "") == point:
            (self.folder / "reached").touch()
            threading.Event().wait(PATIENCE_SECONDS)
