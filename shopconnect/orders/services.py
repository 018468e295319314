"""Verbs of the orders room: store what a source says of customers and orders. All run in a shop's scope.

Sources say the same thing again and again, so each verb may run twice, or two at once, and leaves the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors.types import CustomerDraft, OrderDraft
from shopconnect.core.bulk import Stored, ask_sql, digest_of, fill_temporary, run_sql
from shopconnect.core.crypto import encrypt, person_key, random_public_id
from shopconnect.core.tenancy import current_shop
from shopconnect.orders import statements
from shopconnect.orders.models import Customer, Line, Order, Shipment
from shopconnect.orders.types import OrderKind

OrderKey = tuple[str, str]  # kind and external id


def store_customers(drafts: Sequence[CustomerDraft]) -> Stored:
    """Store customers; no two drafts may be of one customer."""
    rows = Customer.objects.filter(external_id__in=[draft.external_id for draft in drafts])
    known = dict(rows.values_list("external_id", "digest"))
    fresh = [(draft, digest) for draft in drafts if known.get(draft.external_id) != (digest := digest_of(draft))]
    if fresh:
        fill_temporary("incoming_customer", statements.CUSTOMER_COLUMNS, map(_customer, fresh))
        run_sql(statements.STORE_CUSTOMERS, current_shop())
    changed = sum(draft.external_id in known for draft, _ in fresh)
    return Stored(new=len(fresh) - changed, changed=changed, same=len(drafts) - len(fresh))


def store_orders(drafts: Sequence[OrderDraft]) -> Stored:
    """Store orders and refunds; what changed has its lines and shipments replaced.

    No two drafts may be of one order.
    """
    # Both kinds are named so that the index (shop, kind, external id) serves.
    rows = Order.objects.filter(kind__in=list(OrderKind), external_id__in=[draft.external_id for draft in drafts])
    known = {(kind, pk): digest for kind, pk, digest in rows.values_list("kind", "external_id", "digest")}
    fresh = [(draft, digest) for draft in drafts if known.get(_key(draft)) != (digest := digest_of(draft))]
    changed = [_key(draft) for draft, _ in fresh if _key(draft) in known]
    if fresh:
        fill_temporary("incoming_order", statements.ORDER_COLUMNS, map(_order, fresh))
        shop_id = current_shop()
        ids = {(kind, external_id): pk for kind, external_id, pk in ask_sql(statements.STORE_ORDERS, shop_id, shop_id)}
        _replace_parts([draft for draft, _ in fresh], ids, [ids[key] for key in changed])
    return Stored(new=len(fresh) - len(changed), changed=len(changed), same=len(drafts) - len(fresh))


def link_orders() -> None:
    """Link orders to customers, refunds to orders and lines to products that came after them."""
    shop_id = current_shop()
    run_sql(statements.LINK_CUSTOMERS, shop=shop_id)
    run_sql(statements.LINK_REFUNDS, shop=shop_id)
    strangers = Line.objects.filter(product=None).values_list("product_external_id", flat=True).distinct()
    ids = catalog.product_ids(strangers)
    if ids:
        fill_temporary("incoming_product_id", statements.PRODUCT_COLUMNS, ids.items())
        run_sql(statements.LINK_LINES, shop_id)


def _replace_parts(drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int], changed: Sequence[int]) -> None:
    if changed:
        Line.objects.filter(order_id__in=changed).delete()
        Shipment.objects.filter(order_id__in=changed).delete()
    products = catalog.product_ids({line.product for draft in drafts for line in draft.lines})
    if fill_temporary("incoming_line", statements.LINE_COLUMNS, _lines(drafts, ids, products)):
        run_sql(statements.STORE_LINES, current_shop())
    if fill_temporary("incoming_shipment", statements.SHIPMENT_COLUMNS, _shipments(drafts, ids)):
        run_sql(statements.STORE_SHIPMENTS, current_shop())


def _key(draft: OrderDraft) -> OrderKey:
    return draft.kind.value, draft.external_id


def _customer(draft_and_digest: tuple[CustomerDraft, str]) -> tuple[Any, ...]:
    draft, digest = draft_and_digest
    return (
        random_public_id(), draft.external_id, person_key(draft.email), _sealed(draft.email), draft.country,
        draft.language, draft.created_at, draft.marketing_consent, digest,
    )  # fmt: skip


def _order(draft_and_digest: tuple[OrderDraft, str]) -> tuple[Any, ...]:
    draft, digest = draft_and_digest
    return (
        random_public_id(), draft.external_id, draft.kind.value, draft.number, draft.status, draft.channel,
        draft.is_test, draft.placed_at, draft.cancelled_at, draft.currency, sum(line.total for line in draft.lines),
        draft.customer, person_key(draft.email), _sealed(draft.email), draft.country, draft.refunds, digest,
    )  # fmt: skip


def _lines(
    drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int], products: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        order_id = ids[_key(draft)]
        for position, line in enumerate(draft.lines):
            yield (
                order_id, position, line.external_id, products.get(line.product), line.product, line.variant,
                line.quantity, line.total, line.discount,
            )  # fmt: skip


def _shipments(drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int]) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        for position, parcel in enumerate(draft.shipments):
            yield ids[_key(draft)], position, parcel.at, parcel.carrier, parcel.tracking_url, parcel.status


def _sealed(email: str) -> str:
    """Write the address as EncryptedTextField does, for a COPY goes past the field."""
    return encrypt(email) if email else ""
