"""Webhooks as WooCommerce sends them: late, in no order, with what holds then, never again, and off after seven.

What happens is queued; `run_queue` is the visit to the shop that has its queue run.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from tests.doubles.woocommerce.errors import RestError
from tests.doubles.woocommerce.store import Row

if TYPE_CHECKING:
    from tests.doubles.woocommerce.double import WooShop

DISABLED_AFTER = 7
EVENTS = ("created", "updated", "deleted", "restored")
TOPICS = {f"{resource}.{event}" for resource in ("product", "order", "customer", "coupon") for event in EVENTS}
NEWER = {"product.published": (9, 0)}
UNKNOWN = "Webhook topic is required and must be valid."


@dataclass(frozen=True, slots=True)
class WooDelivery:
    """One that is sent: where to, with which headers and bytes."""

    url: str
    headers: dict[str, str]
    body: bytes


def post(delivery: WooDelivery) -> int:
    """Send it, and return how it was answered: 0 for not at all."""
    try:
        return requests.post(
            delivery.url, data=delivery.body, headers=delivery.headers, timeout=60, allow_redirects=False
        ).status_code
    except requests.RequestException:
        return 0


@dataclass(slots=True)
class Subscription:
    """A webhook that somebody asked for; its secret is shown to nobody."""

    row: Row
    secret: str
    failures: int = 0
    is_pinged: bool = False


@dataclass
class WooWebhooks:
    """The webhooks of a shop and what is queued for them. `send` may be a test's own."""

    shop: "WooShop"
    send: Callable[[WooDelivery], int] = post
    queue: list[tuple[Subscription, str, str, int]] = field(default_factory=list)
    _held: dict[int, Subscription] = field(default_factory=dict)
    _runs: int = 0

    def all(self) -> list[Subscription]:
        """Return them all."""
        return list(self._held.values())

    def restore(self, held: list[Subscription]) -> None:
        """Hold what another process held."""
        self._held = {one.row["id"]: one for one in held}

    def find(self, number: int) -> Subscription | None:
        """Return one, or None."""
        return self._held.get(number)

    def remove(self, number: int) -> Subscription | None:
        """Delete one, and what is queued for it."""
        found = self._held.pop(number, None)
        self.queue = [one for one in self.queue if one[0] is not found]
        return found

    def add(self, wanted: Row, version: tuple[int, int]) -> Subscription:
        """Make one; it is pinged before whoever asked gets an answer."""
        topic, url = wanted.get("topic", ""), wanted.get("delivery_url", "")
        if topic not in TOPICS and not (topic in NEWER and version >= NEWER[topic]):
            raise RestError(400, "woocommerce_rest_shop_webhook_invalid_topic", UNKNOWN)
        if not url.startswith(("http://", "https://")):
            message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
            raise RestError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)
        resource, _, event = topic.partition(".")
        named = {"topic": topic, "resource": resource, "event": event, "delivery_url": url, "status": "active"}
        row = self.shop.store.shape("webhook") | named | {"id": len(self._held) + 1, "name": wanted.get("name", "")}
        while row["id"] in self._held:
            row["id"] += 1
        made = Subscription(row, wanted.get("secret", ""))
        self._ping(made)
        self._held[row["id"]] = made
        return made

    def say(self, topic: str, row: Row) -> None:
        """Queue what happened for all who want to hear of it, once each."""
        resource = topic.partition(".")[0]
        kind = "variation" if resource == "product" and row["id"] in self.shop.store.kinds["variation"] else resource
        for one in self._held.values():
            entry = (one, topic, kind, row["id"])
            if one.row["topic"] == topic and one.row["status"] == "active" and entry not in self.queue:
                self.queue.append(entry)

    def run_queue(self) -> int:
        """Send what is queued; returns how many were sent. All of a run bear one delivery id."""
        self._runs += 1
        queued, self.queue = self.queue, []
        for one, topic, kind, number in queued:
            if one.row["status"] == "active":
                self._deliver(one, self.delivery(one, topic, kind, number))
        return len(queued)

    def delivery(self, one: Subscription, topic: str, kind: str, number: int) -> WooDelivery:
        """Return a delivery as it would be sent now: what holds now, and of what is deleted its id."""
        row = self.shop.store.kinds[kind].get(number)
        if topic.endswith(".deleted") or row is None:
            row = {"id": number}
        elif kind == "variation":
            row = self.shop.store.as_product(row) | {"type": "variation"}
        body = json.dumps({name: value for name, value in row.items() if name != "_links"}).replace("/", "\\/").encode()
        resource, _, event = topic.partition(".")
        made = base64.b64encode(hmac.new(one.secret.encode(), body, hashlib.sha256).digest()).decode()
        headers = {
            "User-Agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1)",
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.shop.home}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": made,
            "X-WC-Webhook-ID": str(one.row["id"]),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(f"{one.row['id']}{self._runs}".encode()).hexdigest(),
        }
        return WooDelivery(one.row["delivery_url"], headers, body)

    def _deliver(self, one: Subscription, delivery: WooDelivery) -> None:
        if self.send(delivery) in (200, 201, 202, 204, 301, 302):
            one.failures = 0
        else:
            one.failures += 1
            if one.failures >= DISABLED_AFTER:
                one.row["status"] = "disabled"
        if not one.is_pinged:
            self._ping(one)

    def _ping(self, one: Subscription) -> None:
        headers = {
            "User-Agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1)",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = f"webhook_id={one.row['id']}".encode()
        one.is_pinged = self.send(WooDelivery(one.row["delivery_url"], headers, body)) == 200
