"""The invented platform: keys without an end, webhooks signed shop by shop, changes of customers not listed."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shopconnect.connectors.base import (
    MOST_FETCHED,
    Ability,
    Changed,
    ChangeNotice,
    Deleted,
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
    WithoutBulk,
    WithoutPixel,
)
from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.types import AccessEnded, ConnectorError, PageDraft, ProductDraft, ShopDraft
from shopconnect.core.tenancy.context import refuse_in_scope
from tests.connectors.dummy.store import TOPICS, DummyShop

NAME = "dummy"
PAGE = 4
DESCRIPTOR = PlatformDescriptor(
    name=NAME,
    label="Dummy",
    abilities=frozenset({Ability.SUBSCRIBE, Ability.PUSH_PRICE, Ability.PAGES}),
    order_window=timedelta(days=3650),
    retries_webhooks=False,
    staff_label="Dummy staff %(number)s",
    install_path="/dummy/install",
)


@dataclass
class Dummy:
    """The platform with all its shops, by host."""

    name: str = NAME
    shops: dict[str, DummyShop] = field(default_factory=dict)

    def verify(self, raw: RawWebhook) -> Webhook:
        """The secret is the shop's that the address names: who signs for one cannot speak for another."""
        signature = hmac.new(webhook_secret(NAME, raw.shop).encode(), raw.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, raw.headers.get("x-dummy-signature", "")):
            raise ConnectorError(NAME, 401, permanent=True, detail="The signature does not hold.")
        topic = raw.headers.get("x-dummy-topic", "")
        notice: type[Changed | Deleted] = Deleted if topic.endswith(".deleted") else Changed
        resource = ResourceType(topic.partition(".")[0])
        notices: tuple[ChangeNotice, ...] = (notice(resource=resource, external_id=str(json.loads(raw.body)["id"])),)
        delivery_id = f"{topic}:{hashlib.sha256(raw.body).hexdigest()}"
        return Webhook(platform=NAME, delivery_id=delivery_id, topic=topic, shop=raw.shop, at=None, notices=notices)

    def renew(self, shop: str, tokens: Tokens) -> Tokens:
        """Never asked."""
        raise AssertionError("Keys last until they are revoked: nobody renews them.")

    def connect(self, shop: str, tokens: Tokens) -> "DummyConnection":
        """Connect."""
        return DummyConnection(self.shops[shop], tokens)


class DummyConnection(WithoutBulk, WithoutPixel):
    """One shop; lists of ids go on after the last id that was seen."""

    can = frozenset({Ability.SUBSCRIBE, Ability.PUSH_PRICE, Ability.PAGES})

    def __init__(self, shop: DummyShop, tokens: Tokens) -> None:
        self._shop, self._tokens = shop, tokens

    def read_shop(self) -> ShopDraft:
        self._ask("read_shop")
        host = self._shop.host
        return ShopDraft(name=host, currency="EUR", timezone="Europe/Paris", hosts=(host,), number="77")

    def read_pages(self) -> Sequence[PageDraft]:
        self._ask("read_pages")
        return self._shop.pages

    def fetch(self, resource: ResourceType, external_ids: Sequence[str]) -> Fetched:
        assert 0 < len(external_ids) <= MOST_FETCHED
        self._ask(f"fetch {resource}")
        held = self._shop.held[resource]
        drafts = tuple(draft for one in external_ids if one in held for draft in held[one])
        return Fetched(drafts, tuple(one for one in external_ids if one not in held))

    def list_changed(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[Draft]:
        self._ask(f"list_changed {resource}")
        ids, following = self._changed(resource, since, cursor)
        return Page(tuple(draft for one in ids for draft in self._shop.held[resource][one]), following)

    def list_changed_ids(self, resource: ResourceType, since: datetime, cursor: str = "") -> Page[str]:
        self._ask(f"list_changed_ids {resource}")
        return Page(*self._changed(resource, since, cursor))

    def list_ids(self, resource: ResourceType, cursor: str = "") -> Listing:
        self._ask(f"list_ids {resource}")
        ids = sorted((one for one in self._shop.held[resource] if int(one) > int(cursor or 0)), key=int)
        page, following = tuple(ids[:PAGE]), ids[PAGE - 1] if len(ids) > PAGE else ""
        if resource is not ResourceType.CUSTOMER:
            return Listing(page, following)
        customers = (self._shop.held[resource][one][0] for one in page)
        return Listing(page, following, changed_at={one.external_id: one.updated_at for one in customers})  # type: ignore[union-attr,misc]

    def count(self, resource: ResourceType) -> int:
        self._ask(f"count {resource}")
        return len(self._shop.held[resource])

    def subscribe_webhooks(self, address: str) -> int:
        self._ask("subscribe")
        wanted = [(address, topic) for topic in TOPICS]
        switched_off, self._shop.switched_off = self._shop.switched_off, 0
        self._shop.subscribed += [one for one in wanted if one not in self._shop.subscribed]
        return switched_off

    def unsubscribe_webhooks(self, address: str) -> None:
        self._ask("unsubscribe")
        self._shop.subscribed = [one for one in self._shop.subscribed if one[0] != address]

    def push_price(self, change: PriceChange, key: str) -> Receipt:
        self._ask("push_price")
        drafts = self._shop.held[ResourceType.PRODUCT].get(change.product, [])
        product = next((one for one in drafts if isinstance(one, ProductDraft)), None)
        variants = product.variants if product else ()
        variant = next((one for one in variants if one.external_id == change.variant), None)
        if variant is None:
            return Receipt(is_done=False, refusal="There is no such variant.")
        if variant.price == change.price:
            return Receipt(is_done=True, reference=key)
        if variant.price != change.expected:
            return Receipt(is_done=False, refusal="The price is another one by now.")
        self._shop.sell(change.product, price=str(change.price))
        return Receipt(is_done=True, reference=key)

    def _changed(self, resource: ResourceType, since: datetime, cursor: str) -> tuple[tuple[str, ...], str]:
        """Ids by the time of their change, after the key (time, id) that the cursor names."""
        keys = sorted(
            (drafts[0].updated_at.isoformat(), one)  # type: ignore[union-attr]
            for one, drafts in self._shop.held[resource].items()
            if drafts[0].updated_at >= since  # type: ignore[union-attr,operator]
        )
        after = [key for key in keys if key > tuple(cursor.split(" "))] if cursor else keys
        page = after[:PAGE]
        return tuple(one for _at, one in page), " ".join(page[-1]) if len(after) > PAGE else ""

    def _ask(self, what: str) -> None:
        refuse_in_scope(what)
        self._shop.asked.append(what)
        if self._shop.wall is not None:  # a page of HTML, whoever sent it
            raise ConnectorError(NAME, self._shop.wall, permanent=True, detail="blocked by a firewall")
        held = (self._shop.key, self._shop.secret)
        if self._shop.is_revoked or (self._tokens.access, self._tokens.secret) != held:
            raise AccessEnded(NAME, 401, permanent=True, detail="invalid_key")


def sign(shop: str, topic: str, external_id: str) -> RawWebhook:
    """Return a webhook as a shop signs it."""
    body = json.dumps({"id": external_id}).encode()
    signature = hmac.new(webhook_secret(NAME, shop).encode(), body, hashlib.sha256).hexdigest()
    return RawWebhook(headers={"x-dummy-topic": topic, "x-dummy-signature": signature}, body=body, shop=shop)
