"""What webhooks lost is found again: each quarter of an hour what changed, each night what there is at all.

How far we are is told in the platform's own times, never ours, and only for what its first sync has brought in.
One resource that cannot be read keeps no other back: what stands on its page goes the way of webhooks, and it alone is
given up there. Stock may change and no product's time move, so the night also compares how much there is of each; and
when each customer changed, where the platform lists no changes of them.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from shopconnect.catalog import services as catalog
from shopconnect.connectors.base import Connection, Draft, Listing, Page, ResourceType, lists_changes
from shopconnect.connectors.types import ConnectorError, OrderDraft, OrderKind, StockDraft
from shopconnect.core.clock import now, write_time
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due, add_due_each
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import services as orders
from shopconnect.shops.installs import connected
from shopconnect.shops.selectors import shops_of_platforms
from shopconnect.shops.types import NotConnected
from shopconnect.sync import watermarks
from shopconnect.sync.inbox import ask_about, ask_webhooks
from shopconnect.sync.models import SweptPage
from shopconnect.sync.storing import orders_shown_since, store_drafts
from shopconnect.sync.subscriptions import ask_subscribing
from shopconnect.sync.types import Blocker
from shopconnect.sync.watermarks import PassPosition

log = get_logger(__name__)

KIND, SWEEP_KIND = "reconcile", "sweep_ids"
SHOP_KIND, SHOP_SWEEP_KIND = "reconcile_shop", "sweep_shop"
RESOURCES = {1: ResourceType.PRODUCT, 2: ResourceType.CUSTOMER, 3: ResourceType.ORDER}  # by the subject of their work
QUARTER, NIGHT = timedelta(minutes=15), timedelta(hours=6)
SLICE_SECONDS = 20
STALE = timedelta(hours=20)
NOT_OF_THE_PAGE = (401, 402, 403, 429)  # we are not let in, whatever page we ask for


def ask_reconciling(slot: datetime) -> None:
    """Ask for each shop's part in this quarter of an hour, each at its own moment: one statement, however many."""
    add_due_each(SHOP_KIND, {shop_id: slot + _place(shop_id, QUARTER) for shop_id in shops_of_platforms()})


def ask_sweeps(slot: datetime) -> None:
    """Ask for each shop's part in this night, each at its own moment."""
    add_due_each(SHOP_SWEEP_KIND, {shop_id: slot + _place(shop_id, NIGHT) for shop_id in shops_of_platforms()})


def reconcile_shop(shop_id: ShopId) -> None:
    """Ask for a shop's passes over what changed, and for webhooks left over."""
    with shop_scope(shop_id):
        _ask_each(KIND)
        ask_webhooks(shop_id)


def sweep_shop(shop_id: ShopId) -> None:
    """Ask for a shop's sweeps."""
    with shop_scope(shop_id):
        _ask_each(SWEEP_KIND)
        ask_subscribing(shop_id)  # some platforms switch off what failed for a while


def forget_sweeps(shop_id: ShopId) -> None:
    """End the sweeps under way; run in the scope of a shop that leaves."""
    SweptPage.objects.all().delete()


def reconcile(shop_id: ShopId, subject_id: int) -> None:
    """Store what changed of one kind of resource, for some seconds; asks for itself again where more is left.

    Where the platform does not list what changed of it, webhooks and the sweep of each night are all there is.
    """
    resource, ends = RESOURCES[subject_id], time.monotonic() + SLICE_SECONDS
    with shop_scope(shop_id):
        position = watermarks.begin(resource)
    if position is None:
        return None
    try:
        with connected(shop_id) as connection:
            if not lists_changes(connection, resource):
                return _pass_over(shop_id, position)
            while position and time.monotonic() < ends:
                position = _take_page(shop_id, connection, position)
    except NotConnected:
        return None
    except ConnectorError as error:
        with shop_scope(shop_id):
            if error.permanent and position and position.cursor:  # it may be the place to go on that is refused
                watermarks.begin_anew(position)
            # A 401 is mended by renewed tokens, so it is no word about what was asked.
            is_refused = error.permanent and error.status != 401
            watermarks.note_failure(
                resource, Blocker.REFUSED if is_refused else Blocker.AWAY, error.detail if is_refused else ""
            )
        raise
    if position:
        _ask_again(shop_id, KIND, subject_id)
    return None


def sweep_ids(shop_id: ShopId, subject_id: int) -> None:
    """List the ids of all there is, for some seconds; at the end ask for what we lack, and for what is not listed."""
    resource, ends = RESOURCES[subject_id], time.monotonic() + SLICE_SECONDS
    number, cursor = _begin_sweep(shop_id, resource)
    try:
        with connected(shop_id) as connection:
            while (number == 0 or cursor) and time.monotonic() < ends:
                number, cursor = _keep_ids(shop_id, resource, number, connection.list_ids(resource, cursor))
    except NotConnected:
        return
    if number == 0 or cursor:
        _ask_again(shop_id, SWEEP_KIND, subject_id)
    else:
        _end_sweep(shop_id, resource)


def _ask_each(kind: str) -> None:
    watched = watermarks.watched()
    for subject_id, resource in RESOURCES.items():
        if resource in watched:
            add_due(kind, subject_id)


def _place(shop_id: ShopId, within: timedelta) -> timedelta:
    """Return a shop's place in a span, by a stable hash, so that not all are asked at once."""
    return timedelta(seconds=place_in(shop_id, int(within.total_seconds())))


def _ask_again(shop_id: ShopId, kind: str, subject_id: int) -> None:
    with shop_scope(shop_id):
        add_due(kind, subject_id)


def _take_page(shop_id: ShopId, connection: Connection, position: PassPosition) -> PassPosition | None:
    """Store the page at a position; what is on a page that cannot be had is asked for one by one, as webhooks are."""
    try:
        return _keep_page(
            shop_id, position, connection.list_changed(position.resource, position.since, position.cursor)
        )
    except ConnectorError as error:
        if error.status in NOT_OF_THE_PAGE:
            raise
        log.warning(
            "changes_unread", shop_id=shop_id, resource=position.resource, status=error.status, detail=error.detail
        )
    page = connection.list_changed_ids(position.resource, position.since, position.cursor)
    with shop_scope(shop_id):
        ask_about(position.resource, page.items, f"changed {position.resource} {write_time(position.since)}")
        return watermarks.move(position, page.next_cursor)


def _pass_over(shop_id: ShopId, position: PassPosition) -> None:
    """End a pass that has nothing to read, so that nobody takes it for one that failed."""
    with shop_scope(shop_id):
        watermarks.move(position, "")


def _keep_page(shop_id: ShopId, position: PassPosition, page: Page[Draft]) -> PassPosition | None:
    """Store a page and how far it went; returns the next position, or None at the end or where another was faster."""
    with shop_scope(shop_id):
        stored = store_drafts(shop_id, page.items)
        # None where nothing on the page has a time that pages are ordered by: the watermark then stays.
        newest = max((at for draft in page.items if (at := _changed_at(draft))), default=None)
        return watermarks.move(position, page.next_cursor, newest, stored.new + stored.changed)


def _changed_at(draft: Draft) -> datetime | None:
    """Return the time by which pages are in order: stock and refunds have times of their own."""
    if isinstance(draft, StockDraft) or (isinstance(draft, OrderDraft) and draft.kind is OrderKind.REFUND):
        return None
    return draft.updated_at


def _begin_sweep(shop_id: ShopId, resource: ResourceType) -> tuple[int, str]:
    """Return the number of the next page and where it begins; one that stood still for a night begins anew."""
    with shop_scope(shop_id):
        pages = SweptPage.objects.filter(resource=resource)
        if pages.filter(number=0, began_at__lt=now() - STALE).exists():
            pages.delete()
        last = pages.order_by("-number").first()
        return (last.number + 1, last.next_cursor) if last else (0, "")


def _keep_ids(shop_id: ShopId, resource: ResourceType, number: int, page: Listing) -> tuple[int, str]:
    """Keep a page of ids, not what stands beside them: what differs from ours is asked for at once."""
    with shop_scope(shop_id):
        row = SweptPage(
            resource=resource, number=number, ids=list(page.items), next_cursor=page.next_cursor, began_at=now()
        )
        # Of two workers with one page the first one's stands, and both go on from it.
        SweptPage.objects.bulk_create([row], ignore_conflicts=True)
        if page.stock and (doubted := catalog.compare_stock(page.stock)):
            ask_about(resource, doubted, f"stock {write_time(row.began_at)}")
            log.info("stock_doubted", shop_id=shop_id, doubted=len(doubted))
        if page.changed_at and (doubted := orders.compare_customer_times(page.changed_at)):
            ask_about(resource, doubted, f"changed {write_time(row.began_at)}")
            log.info("customers_doubted", shop_id=shop_id, doubted=len(doubted))
    return _begin_sweep(shop_id, resource)


def _end_sweep(shop_id: ShopId, resource: ResourceType) -> None:
    """Have the platform asked for what is listed and not ours, and for what is ours and not listed: it may be gone.

    A list without anything is not believed: nothing is asked for, and so nothing deleted.
    """
    with shop_scope(shop_id):
        pages = SweptPage.objects.filter(resource=resource).order_by("number")
        began_at = pages.values_list("began_at", flat=True).first()
        # All at once: only the whole list says what is not on it.
        listed = [external_id for ids in pages.values_list("ids", flat=True) for external_id in ids]
        pages.delete()
        if not listed:
            log.warning("sweep_found_nothing", shop_id=shop_id, resource=resource.value)
        elif began_at is not None:
            doubted = ask_about(resource, _DOUBTED[resource](listed), f"sweep {resource} {write_time(began_at)}")
            log.info("swept", shop_id=shop_id, resource=resource.value, listed=len(listed), doubted=doubted)


def _doubted_orders(listed: Iterable[str]) -> list[str]:
    return orders.compare_orders(listed, orders_shown_since())


_DOUBTED: Mapping[ResourceType, Callable[[Iterable[str]], list[str]]] = {
    ResourceType.PRODUCT: catalog.compare_products,
    ResourceType.CUSTOMER: orders.compare_customers,
    ResourceType.ORDER: _doubted_orders,
}
