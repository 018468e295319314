"""What a platform says into the tables of its rooms: the one way in for first sync, webhooks and reconciliation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shopconnect.catalog import services as catalog
from shopconnect.connectors.base import Draft, PrivacyRequested, PrivacyRequestKind, ResourceType
from shopconnect.connectors.types import CustomerDraft, OrderDraft, OrderKind, ProductDraft, ShopDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import selectors as orders_selectors
from shopconnect.orders import services as orders
from shopconnect.privacy.requests import receive_request
from shopconnect.shops import selectors as shops
from shopconnect.shops import services as shops_services
from shopconnect.shops.types import ShopProfileSummary
from shopconnect.sync.registry import change_listeners

NEAR = ("localhost", "127.0.0.1")


def store_drafts(shop_id: ShopId, drafts: Iterable[Draft | ShopDraft]) -> Stored:
    """Store what a platform says, in one transaction; what is stored of a later time stays.

    What came earlier and names it is linked, ledger and snapshots go on, and whoever shows products is told. Storing
    twice, or two at once, leaves the same rows.
    """
    by_type = _by_type(drafts)
    with shop_scope(shop_id):
        done = {kind: verb(by_type[kind]) for kind, verb in _VERBS.items() if kind in by_type}
        if ProductDraft in done and (done[ProductDraft].new or done[ProductDraft].changed):
            catalog.note_prices_and_stock([draft.external_id for draft in by_type[ProductDraft]])
            _tell_change()
    return sum(done.values(), Stored())


def delete_resources(shop_id: ShopId, resource: ResourceType, deleted: Mapping[str, datetime | None]) -> int:
    """Mark what is no more on the platform, by its ids and at its times where it names them; returns how many."""
    with shop_scope(shop_id):
        count = _DELETIONS[resource](deleted) if resource in _DELETIONS else 0
        if count and resource is ResourceType.PRODUCT:
            _tell_change()
    return count


def delete_missing(shop_id: ShopId, resource: ResourceType, external_ids: Iterable[str]) -> int:
    """Mark what the platform does not know when asked for it, at no time that could be named; returns how many.

    An old order is left alone: platforms hide those, and hidden is not deleted.
    """
    with shop_scope(shop_id):
        named = list(external_ids)
        known = orders_selectors.placed_since(named, orders_shown_since()) if resource is ResourceType.ORDER else named
        return delete_resources(shop_id, resource, dict.fromkeys(known)) if known else 0


def orders_shown_since() -> datetime:
    """Return since when the platform of the shop in scope shows every order; run in its scope."""
    window = shops.platform_of_shop().order_window
    return now() - window if window else datetime.min.replace(tzinfo=UTC)


def profile(draft: ShopDraft, name: str, *, is_demo: bool) -> ShopProfileSummary:
    """Return a draft of a shop as its profile, under `name` where the draft has none.

    The demo shop's widgets may also stand on this machine, where its storefront is.
    """
    hosts = draft.hosts + tuple(host for host in NEAR if is_demo and host not in draft.hosts)
    return shops_services.profile_of(replace(draft, hosts=hosts), name)


def store_shop(drafts: Sequence[ShopDraft]) -> Stored:
    """Store what a shop says of itself; run in its scope."""
    known, draft = shops.shop_profile(), drafts[-1]
    said = replace(draft, currency=draft.currency or known.currency, timezone=draft.timezone or known.timezone)
    wanted = profile(said, known.name, is_demo=shops.is_demo(current_shop()))
    if wanted == known:
        return Stored(same=1)
    shops_services.describe_shop(wanted)
    return Stored(changed=1)


def _store_products(drafts: Sequence[ProductDraft]) -> Stored:
    stored = catalog.store_products(drafts)
    # Orders may have come before the product they name; one that is known was linked then.
    if stored.new:
        orders.link_to_products([draft.external_id for draft in drafts])
    return stored


def _store_customers(drafts: Sequence[CustomerDraft]) -> Stored:
    stored = orders.store_customers(drafts)
    if stored.new:
        orders.link_to_customers([draft.external_id for draft in drafts])
    return stored


def _store_orders(drafts: Sequence[OrderDraft]) -> Stored:
    _pass_on_erasures(drafts)
    stored = orders.store_orders(drafts)
    if stored.new or stored.changed:
        orders.link_to_orders(
            {draft.refunds if draft.kind is OrderKind.REFUND else draft.external_id for draft in drafts}
        )
    return stored


def _pass_on_erasures(drafts: Iterable[OrderDraft]) -> None:
    """Ask for whoever the platform erased to be erased here, while we still know whose the orders were."""
    erased = {draft.external_id: draft.updated_at for draft in drafts if draft.is_erased}
    for external_id, buyer in orders_selectors.buyers_of_orders(erased).items() if erased else ():
        request = PrivacyRequested(
            kind=PrivacyRequestKind.REDACT_CUSTOMER,
            reference=f"erased-order-{external_id}",
            customer=buyer.customer_external_id or "",
            person_key=buyer.person_key,
            orders=buyer.orders,
        )
        receive_request(current_shop(), request, erased[external_id])


# In this order: stock names products. What is known place by place is then not noted as one number as well.
_VERBS: Mapping[type, Callable[[Sequence[Any]], Stored]] = {
    ShopDraft: store_shop,
    ProductDraft: _store_products,
    StockDraft: catalog.note_stock,
    CustomerDraft: _store_customers,
    OrderDraft: _store_orders,
}
_DELETIONS: Mapping[ResourceType, Callable[[Mapping[str, datetime | None]], int]] = {
    ResourceType.PRODUCT: catalog.delete_products,
    ResourceType.CUSTOMER: orders.delete_customers,
    ResourceType.ORDER: orders.delete_orders,
}
# Of what drafts speak: two of one are of the same resource, and the later holds.
_KEYS: Mapping[type, Callable[[Any], object]] = {
    ShopDraft: lambda draft: "the shop",
    ProductDraft: lambda draft: draft.external_id,
    StockDraft: lambda draft: (draft.product, draft.variant, draft.location),
    CustomerDraft: lambda draft: draft.external_id,
    OrderDraft: lambda draft: (draft.kind, draft.external_id),
}


def _by_type(drafts: Iterable[Draft | ShopDraft]) -> dict[type, list[Any]]:
    """Return drafts by their type, one of each resource: the later, or the last where they name no time."""
    found: dict[type, dict[object, Any]] = {}
    for draft in drafts:
        kind = type(draft)
        others, key = found.setdefault(kind, {}), _KEYS[kind](draft)
        # One statement cannot write a row twice, and a page may name a product two times.
        if key not in others or not _is_older(draft, others[key]):
            others[key] = draft
    return {kind: list(others.values()) for kind, others in found.items()}


def _is_older(draft: Any, other: Any) -> bool:
    at, other_at = _time_of(draft), _time_of(other)
    return at is not None and other_at is not None and at < other_at


def _time_of(draft: Any) -> datetime | None:
    at: datetime | None = draft.at if isinstance(draft, StockDraft) else getattr(draft, "updated_at", None)
    return at


def _tell_change() -> None:
    for listener in change_listeners():
        listener(current_shop())
