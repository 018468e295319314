"""A real shop, moved as the contract moves a source: only what the tests put there is listed and changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from json import loads
from threading import Event
from typing import Any

import pytest

from shopconnect.connectors.base import Connection, Draft, Listing, Page, RawWebhook, ResourceType, Tokens
from shopconnect.connectors.woocommerce import client
from shopconnect.connectors.woocommerce.descriptor import WOOCOMMERCE
from shopconnect.connectors.woocommerce.platform import WooCommerce
from tests.connectors.woocommerce.live.front import Front, Heard
from tests.connectors.woocommerce.live.goods import Goods
from tests.connectors.woocommerce.live.merchant import Merchant
from tests.waiting import until

LATER_SECONDS = 3.0  # a change then is of another second than what went before, and than the one after that
PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A connection whose lists of products and orders begin where the tests' own do."""

    connection: Connection
    goods: Goods

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        last, seen = self.goods.before.get(resource, (0, 0))
        return self.connection.list_ids(resource, cursor or f"{last} {seen}")

    def count(self, resource: ResourceType) -> int:
        _last, seen = self.goods.before.get(resource, (0, 0))
        return self.connection.count(resource) - seen

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        return self.connection.list_changed(resource, max(since, self.goods.began), cursor)


class LiveSource:
    """A shop that somebody gave us for tests, with a key of ours."""

    descriptor = WOOCOMMERCE

    def __init__(self, shop: str, tokens: Tokens, merchant: Merchant, front: Front, site: str) -> None:
        self.shop, self.tokens, self.merchant, self.front = shop, tokens, merchant, front
        self.platform = WooCommerce(merchant.url)
        self.hooks = f"{site}/hooks"
        self.goods = Goods(merchant.url, tokens)
        self._sent: dict[tuple[str, str], RawWebhook] = {}

    def remove(self) -> None:
        """Leave the shop as it was."""
        for row in self._webhooks():
            self.goods.ask("DELETE", f"/webhooks/{row['id']}", force="true")
        self.goods.remove()

    def block(self, status: int) -> None:
        pytest.skip("no firewall of ours stands before a real shop")

    def subscriptions(self) -> list[tuple[str, str]]:
        return [(row["delivery_url"], row["topic"]) for row in self._webhooks() if row["delivery_url"] != self.hooks]

    def page_by(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "MOST_ITEMS", size)

    def retitle_product(self, external_id: str, title: str) -> None:
        Event().wait(LATER_SECONDS)
        self.goods.ask("PUT", f"/products/{external_id}", {"name": title})

    def delete_product(self, external_id: str) -> None:
        self.goods.ask("DELETE", f"/products/{external_id}", force="true")

    def price_of(self, product: str, variant: str) -> Decimal:
        below = "" if product == variant else f"/variations/{variant}"
        return Decimal(self.goods.ask("GET", f"/products/{product}{below}")["price"])

    def webhook_of_product(self, external_id: str) -> RawWebhook:
        return self._webhook("product.updated", external_id, lambda: self.retitle_product(external_id, "Told"))

    def webhook_of_deletion(self, external_id: str) -> RawWebhook:
        return self._webhook(
            "product.deleted", external_id, lambda: self.goods.ask("DELETE", f"/products/{external_id}")
        )

    def finish_bulk(self) -> None:
        """There is none."""

    def _webhook(self, topic: str, external_id: str, change: Callable[[], object]) -> RawWebhook:
        """Return the webhook that the shop itself sends of a change, which is made once."""
        asked = (topic, external_id)
        if asked not in self._sent:
            self.platform.connect(self.shop, self.tokens).subscribe_webhooks(self.hooks)
            change()
            heard = until(lambda: self._heard(topic, external_id), lambda _: self._let_it_send())
            self._sent[asked] = RawWebhook(headers=heard.headers, body=heard.body, shop=self.shop)
        return self._sent[asked]

    def _heard(self, topic: str, external_id: str) -> Heard | None:
        told = (one for one in self.front.heard if one.headers.get("x-wc-webhook-topic") == topic)
        return next((one for one in told if str(loads(one.body)["id"]) == external_id), None)

    def _let_it_send(self) -> None:
        self.merchant.visit()
        Event().wait(PAUSE_SECONDS)

    def _webhooks(self) -> list[dict[str, Any]]:
        """Return the webhooks that are ours, or the contract's."""
        rows = self.goods.ask("GET", "/webhooks", per_page="100")
        return [row for row in rows if ".example/" in row["delivery_url"] or row["delivery_url"] == self.hooks]
