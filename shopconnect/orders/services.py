"""Verbs of the orders room: store what a source says of customers and orders. All run in a shop's scope.

Sources say the same thing again and again, so each verb may run twice, or two at once, and leaves the same rows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors.types import CustomerDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import encrypt, person_key, random_public_id
from shopconnect.core.tenancy.bulk import Stored, ask_sql, fill_temporary, no_row_by_row, pick_news, run_sql
from shopconnect.core.tenancy.context import current_shop
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.orders import statements
from shopconnect.orders.arms import find_arm
from shopconnect.orders.histories import drop_histories
from shopconnect.orders.models import Customer, Line, Order, Shipment

OrderKey = tuple[str, str]  # kind and external id


def store_customers(drafts: Sequence[CustomerDraft]) -> Stored:
    """Store customers; no two drafts may be of one customer.

    What is stored of a later time than the draft's stays, and counts as the same.
    """
    lock_shop_writes()
    rows = Customer.objects.filter(external_id__in=[draft.external_id for draft in drafts])
    known = {pk: (digest, at) for pk, digest, at in rows.values_list("external_id", "digest", "source_at")}
    news, confirmed = pick_news(drafts, known, lambda draft: draft.external_id)
    if news:
        fill_temporary("incoming_customer", statements.CUSTOMER_COLUMNS, map(_customer, news))
        run_sql(statements.STORE_CUSTOMERS, current_shop())
    if confirmed:
        ids, times = zip(*((draft.external_id, draft.updated_at) for draft in confirmed))
        run_sql(statements.CONFIRM_CUSTOMERS, list(ids), list(times), current_shop())
    changed = sum(draft.external_id in known for draft, _ in news)
    return Stored(new=len(news) - changed, changed=changed, same=len(drafts) - len(news))


def store_orders(drafts: Sequence[OrderDraft]) -> Stored:
    """Store orders and refunds; what changed has its lines and shipments replaced.

    No two drafts may be of one order. What is stored of a later time than the draft's stays, and counts as the same.
    """
    # Before any id is drawn: ids are then committed in their order, and who reads on from the last one misses none.
    lock_shop_writes()
    # Both kinds are named so that the index (shop, kind, external id) serves.
    rows = Order.objects.filter(kind__in=list(OrderKind), external_id__in=[draft.external_id for draft in drafts])
    found = list(rows.values_list("kind", "external_id", "digest", "source_at", "customer_external_id"))
    known = {(kind, pk): (digest, at) for kind, pk, digest, at, _customer in found}
    were_of = {(kind, pk): customer for kind, pk, *_, customer in found}
    news, confirmed = pick_news(drafts, known, _key)
    changed = [_key(draft) for draft, _ in news if _key(draft) in known]
    if news:
        fill_temporary("incoming_order", statements.ORDER_COLUMNS, map(_order, news))
        shop_id = current_shop()
        ids = {(kind, external_id): pk for kind, external_id, pk in ask_sql(statements.STORE_ORDERS, shop_id, shop_id)}
        _replace_parts([draft for draft, _ in news], ids, [ids[key] for key in changed])
        drop_histories([were_of[key] for key in changed] + _customers_of([draft for draft, _ in news]))
    if confirmed:
        kinds, names, times = zip(*((*_key(draft), draft.updated_at) for draft in confirmed))
        run_sql(statements.CONFIRM_ORDERS, list(kinds), list(names), list(times), current_shop())
    return Stored(new=len(news) - len(changed), changed=len(changed), same=len(drafts) - len(news))


def delete_customers(gone: Mapping[str, datetime | None]) -> int:
    """Mark customers as deleted on the platform, by its ids and at its times where it names them; returns how many.

    One of which something later is stored stays. Rows stay too, for only privacy removes them.
    """
    lock_shop_writes()
    ids, times = list(gone), list(gone.values())
    return run_sql(statements.DELETE_CUSTOMERS, ids=ids, ats=times, shop=current_shop(), now=now())


def delete_orders(gone: Mapping[str, datetime | None]) -> int:
    """Mark orders that are no more on the platform as cancelled; see delete_customers."""
    lock_shop_writes()
    drop_histories(_customers_of_orders(gone))
    ids, times = list(gone), list(gone.values())
    return run_sql(statements.DELETE_ORDERS, ids=ids, ats=times, shop=current_shop(), now=now())


def move_orders(customer: str, to: str) -> int:
    """Make a customer's orders another's, by the platform's ids, as it merged the two; returns how many."""
    lock_shop_writes()
    drop_histories([customer, to])
    return run_sql(statements.MOVE_ORDERS, shop=current_shop(), customer=customer, to=to)


def compare_customers(listed: Iterable[str]) -> list[str]:
    """Return the platform's ids of customers that it lists and we lack, or that we have and it does not list."""
    fill_temporary("listed", statements.LISTED_COLUMNS, ((external_id,) for external_id in listed))
    return [external_id for (external_id,) in ask_sql(statements.COMPARE_CUSTOMERS, shop=current_shop())]


def compare_customer_times(listed: Mapping[str, datetime]) -> list[str]:
    """Return the platform's ids of customers that changed there after what we have of them."""
    ids, times = list(listed), list(listed.values())
    found = ask_sql(statements.COMPARE_CUSTOMER_TIMES, ids=ids, times=times, shop=current_shop())
    return [external_id for (external_id,) in found]


def compare_orders(listed: Iterable[str], since: datetime) -> list[str]:
    """Return the platform's ids of orders that it lists and we lack, or does not list though placed since a time."""
    fill_temporary("listed", statements.LISTED_COLUMNS, ((external_id,) for external_id in listed))
    return [external_id for (external_id,) in ask_sql(statements.COMPARE_ORDERS, shop=current_shop(), since=since)]


def link_orders() -> None:
    """Link orders to customers, refunds to orders and lines to products that came after them, in all of the shop."""
    with no_row_by_row():
        link_to_customers()
        link_to_orders()
    link_to_products(Line.objects.filter(product=None).values_list("product_external_id", flat=True).distinct())


def link_to_customers(external_ids: Collection[str] | None = None) -> None:
    """Link orders to customers that came after them: to these, or to all."""
    run_sql(statements.LINK_CUSTOMERS, shop=current_shop(), to=None if external_ids is None else list(external_ids))


def link_to_orders(external_ids: Collection[str] | None = None) -> None:
    """Link refunds to orders that came after them: to these, or to all."""
    run_sql(statements.LINK_REFUNDS, shop=current_shop(), to=None if external_ids is None else list(external_ids))


def link_to_products(external_ids: Iterable[str]) -> None:
    """Link lines to products that came after them."""
    ids = catalog.product_ids(external_ids)
    if ids:
        fill_temporary("incoming_product_id", statements.PRODUCT_COLUMNS, ids.items())
        run_sql(statements.LINK_LINES, current_shop())


def _replace_parts(drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int], changed: Sequence[int]) -> None:
    if changed:
        Line.objects.filter(order_id__in=changed).delete()
        Shipment.objects.filter(order_id__in=changed).delete()
    products = catalog.product_ids({line.product for draft in drafts for line in draft.lines})
    if fill_temporary("incoming_line", statements.LINE_COLUMNS, _lines(drafts, ids, products)):
        run_sql(statements.STORE_LINES, current_shop())
    if fill_temporary("incoming_shipment", statements.SHIPMENT_COLUMNS, _shipments(drafts, ids)):
        run_sql(statements.STORE_SHIPMENTS, current_shop())


def _customers_of(drafts: Sequence[OrderDraft]) -> list[str]:
    """Return whose orders these are, and whose they take back."""
    refunded = [draft.refunds for draft in drafts if draft.refunds]
    return [draft.customer for draft in drafts] + (_customers_of_orders(refunded) if refunded else [])


def _customers_of_orders(external_ids: Collection[str]) -> list[str]:
    rows = Order.objects.filter(kind=OrderKind.ORDER, external_id__in=list(external_ids))
    return list(rows.values_list("customer_external_id", flat=True))


def _key(draft: OrderDraft) -> OrderKey:
    return draft.kind.value, draft.external_id


def _customer(draft_and_digest: tuple[CustomerDraft, str]) -> tuple[Any, ...]:
    draft, digest = draft_and_digest
    return (
        random_public_id(),
        draft.external_id,
        person_key(draft.email),
        _sealed(draft.email),
        draft.country,
        draft.language,
        draft.created_at,
        draft.marketing_consent,
        digest,
        draft.updated_at,
    )


def _order(draft_and_digest: tuple[OrderDraft, str]) -> tuple[Any, ...]:
    draft, digest = draft_and_digest
    return (
        random_public_id(),
        draft.external_id,
        draft.kind.value,
        draft.number,
        draft.status,
        draft.channel,
        draft.is_test,
        draft.placed_at,
        draft.cancelled_at,
        draft.currency,
        sum(line.total for line in draft.lines),
        draft.customer,
        person_key(draft.email),
        _sealed(draft.email),
        draft.country,
        draft.refunds,
        draft.arm or find_arm(current_shop(), draft.signed_arm, draft.placed_at),
        draft.checkout,
        digest,
        draft.updated_at,
    )


def _lines(
    drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int], products: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        order_id = ids[_key(draft)]
        for position, line in enumerate(draft.lines):
            yield (
                order_id,
                position,
                line.external_id,
                products.get(line.product),
                line.product,
                line.variant,
                line.quantity,
                line.total,
                line.discount,
            )


def _shipments(drafts: Sequence[OrderDraft], ids: Mapping[OrderKey, int]) -> Iterator[tuple[Any, ...]]:
    for draft in drafts:
        for position, parcel in enumerate(draft.shipments):
            yield ids[_key(draft)], position, parcel.at, parcel.carrier, parcel.tracking_url, parcel.status


def _sealed(email: str) -> str:
    """Write the address as EncryptedTextField does, for a COPY goes past the field."""
    return encrypt(email) if email else ""
