"""The double, moved as the contract moves a source."""

from decimal import Decimal

from shopconnect.connectors.base import RawWebhook, Tokens
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.woocommerce import client
from shopconnect.connectors.woocommerce.descriptor import WOOCOMMERCE
from shopconnect.connectors.woocommerce.platform import WooCommerce
from tests.doubles.woocommerce.double import KEY, SECRET, WooDouble
from tests.doubles.woocommerce.store import WooStore
from tests.doubles.woocommerce.webhooks import Subscription, WooDelivery

ADDRESS = "https://ours.example/hooks"


def fill(store: WooStore, *, pots: int = 24, people: int = 7, orders: int = 15) -> None:
    """Products with and without variations, people, orders of guests and of members, some given back."""
    teas = store.add("category", name="Teas", slug="teas")
    green = store.add("category", name="Green &amp; white", slug="green", parent=teas["id"])
    term = {name: green[name] for name in ("id", "name", "slug")}
    made = [
        store.add_variable(f"Tea {number}", ["19.00", "34.50"], categories=[term])
        if number % 4 == 0
        else store.add_product(f"Pot {number}", f"{number}.90", stock=number)
        for number in range(1, pots + 1)
    ]
    sold = [store.variations_of(one)[0] if one["variations"] else one for one in made]
    members = [store.add_customer(f"{number}@example.com") for number in range(1, people + 1)]
    bought = [
        store.add_order(
            [(one, 3) for one in sold[number % 5 : number % 5 + 4]],
            customer=members[number % people] if number % 3 else None,
            email="guest@example.com",
        )
        for number in range(1, orders + 1)
    ]
    for order in bought[3::4]:
        store.refund(order, beyond="1.50")


class WooSource:
    """A shop of the double."""

    descriptor = WOOCOMMERCE

    def __init__(self, double: WooDouble) -> None:
        self.double_shop = double.add_shop()
        self.double_shop.webhooks.send = lambda _: 200  # nobody listens
        fill(self.double_shop.store)
        self.store, self.shop = self.double_shop.store, self.double_shop.name
        self.platform = WooCommerce(double.origin)
        self.tokens = Tokens(access=KEY, secret=SECRET, scopes=("read_write",))

    def block(self, status: int) -> None:
        self.double_shop.wall = status

    def subscriptions(self) -> list[tuple[str, str]]:
        return [(one.row["delivery_url"], one.row["topic"]) for one in self.double_shop.webhooks.all()]

    def page_by(self, size: int, monkeypatch: object) -> None:
        monkeypatch.setattr(client, "MOST_ITEMS", size)  # type: ignore[attr-defined]

    def retitle_product(self, external_id: str, title: str) -> None:
        with self.store.changing("product", self.store.kinds["product"][int(external_id)]) as row:
            row["name"] = title

    def delete_product(self, external_id: str) -> None:
        self.store.erase("product", self.store.kinds["product"][int(external_id)])

    def price_of(self, product: str, variant: str) -> Decimal:
        kind = "product" if product == variant else "variation"
        return Decimal(self.store.kinds[kind][int(variant)]["price"])

    def webhook_of_product(self, external_id: str) -> RawWebhook:
        return self.webhook("product.updated", int(external_id))

    def webhook_of_deletion(self, external_id: str) -> RawWebhook:
        self.store.trash("product", self.store.kinds["product"][int(external_id)])
        return self.webhook("product.deleted", int(external_id))

    def webhook(self, topic: str, number: int, kind: str = "") -> RawWebhook:
        """Return a webhook as the shop would send it now."""
        row = {"id": 7, "delivery_url": ADDRESS, "topic": topic, "status": "active"}
        one = Subscription(row, webhook_secret("woocommerce", self.shop))
        kind = kind or topic.partition(".")[0]
        return raw(self.double_shop.webhooks.delivery(one, topic, kind, number), self.shop)

    def write_page(self, title: str, html: str, *, is_published: bool = True) -> None:
        self.store.add_page(title, html, "publish" if is_published else "draft")

    def finish_bulk(self) -> None:
        """There is none."""


def raw(delivery: WooDelivery, shop: str) -> RawWebhook:
    """Return a delivery as our view hands it on."""
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    return RawWebhook(headers=headers, body=delivery.body, shop=shop)


def platform_at(origin: str) -> WooCommerce:
    """Return the platform whose shops stand there, for a worker in a process of its own."""
    return WooCommerce(origin)
