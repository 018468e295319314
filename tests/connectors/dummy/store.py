"""A shop on the invented platform: what it sells changes behind our back."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from shopconnect.connectors.base import Draft, ResourceType
from shopconnect.connectors.types import (
    CustomerDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    PageDraft,
    ProductDraft,
    VariantDraft,
)
from shopconnect.core.clock import now

TOPICS = ("product.updated", "product.deleted", "order.updated", "customer.updated")


@dataclass
class DummyShop:
    """Its drafts by resource and id, each with its refunds; `key` and `secret` open it until it revokes them.

    `wall` is a status with which a firewall answers in its place, None while there is none.
    """

    host: str
    key: str = "ck"
    secret: str = "cs"  # noqa: S105
    is_revoked: bool = False
    wall: int | None = None
    began_at: datetime = field(default_factory=lambda: now() - timedelta(minutes=5))
    asked: list[str] = field(default_factory=list)
    pages: list[PageDraft] = field(default_factory=list)
    subscribed: list[tuple[str, str]] = field(default_factory=list)
    switched_off: int = 0
    held: dict[ResourceType, dict[str, list[Draft]]] = field(
        default_factory=lambda: {kind: {} for kind in (ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER)}
    )
    _seconds: "count[int]" = field(default_factory=count)

    def tick(self) -> datetime:
        """Let a second go by."""
        return self.began_at + timedelta(seconds=next(self._seconds))

    def fill(self, products: int = 9, customers: int = 5, orders: int = 6) -> "DummyShop":
        """Sell some things to some people, one of whom brings one back."""
        for number in range(1, products + 1):
            self.sell(str(number))
        for number in range(1, customers + 1):
            self.know(str(number))
        for number in range(1, orders + 1):
            self.take_order(str(number), customer=str(number) if number <= customers else "")
        self.refund("1")
        return self

    def know(self, external_id: str, country: str = "FR") -> None:
        """Know a customer."""
        draft = CustomerDraft(external_id=external_id, country=country, updated_at=self.tick())
        self.held[ResourceType.CUSTOMER][external_id] = [draft]

    def sell(self, external_id: str, title: str = "Thing", price: str = "10.00") -> None:
        """Sell a product of one variant."""
        variant = VariantDraft(external_id=f"{external_id}-1", price=Decimal(price))
        draft = ProductDraft(
            external_id=external_id,
            title=title,
            price=Decimal(price),
            currency="EUR",
            stock=Decimal(3),
            variants=(variant,),
            updated_at=self.tick(),
        )
        self.held[ResourceType.PRODUCT][external_id] = [draft]

    def change_product(self, external_id: str, **fields: object) -> None:
        """Change a product, which moves its time."""
        (draft,) = self.held[ResourceType.PRODUCT][external_id]
        self.held[ResourceType.PRODUCT][external_id] = [replace(draft, updated_at=self.tick(), **fields)]  # type: ignore[arg-type]

    def take_order(self, external_id: str, customer: str = "") -> None:
        """Take an order of the first product."""
        at = self.tick()
        draft = OrderDraft(
            external_id=external_id,
            kind=OrderKind.ORDER,
            placed_at=at,
            currency="EUR",
            customer=customer,
            lines=(LineDraft("1", Decimal(2), Decimal(10), Decimal(0)),),
            updated_at=at,
        )
        self.held[ResourceType.ORDER][external_id] = [draft]

    def refund(self, order: str) -> None:
        """Pay an order back."""
        drafts = self.held[ResourceType.ORDER][order]
        refund = replace(drafts[0], external_id=f"r{order}", kind=OrderKind.REFUND, refunds=order, customer="")  # type: ignore[arg-type]
        self.held[ResourceType.ORDER][order] = [*drafts, refund]
