"""Webhooks: each is taken in once, with its change notices; a worker then asks the platform what holds now.

A worker takes up some webhooks at a time, the freshest tried first. Those that failed come after the others, with ever
fewer beside them, until a bad one stands alone. Refused, it is given up: reconciliation looks after what it spoke of.
Unanswered by a platform that answers otherwise, it is set aside as work of its own. Nothing is lost when a worker dies,
for a webhook is done in the transaction that stores what it told of.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from shopconnect.connectors.base import (
    BulkDone,
    Changed,
    ChangeNotice,
    Connection,
    CustomersMerged,
    Deleted,
    Draft,
    Platform,
    PrivacyRequested,
    RawWebhook,
    ResourceType,
    ScopesChanged,
    SeenElsewhere,
    Uninstalled,
    Webhook,
)
from shopconnect.connectors.types import ConnectorError, ShopDraft
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due, postpone
from shopconnect.core.observability import metrics
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.bulk import run_sql
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders import services as orders
from shopconnect.privacy.requests import receive_request
from shopconnect.shops import installs
from shopconnect.shops.other_addresses import note_other_address
from shopconnect.shops.selectors import platform_of_shop
from shopconnect.shops.types import NotConnected
from shopconnect.sync.backfill import retry_backfill_now
from shopconnect.sync.change_notices import Written, read_notices, write_notices
from shopconnect.sync.models import InboxWebhook
from shopconnect.sync.storing import delete_missing, delete_resources, store_drafts

log = get_logger(__name__)

# Rows of work and metrics keep the short words.
APPLY_WEBHOOKS, APPLY_WEBHOOK, ASK_LEFT, NO_SUBJECT = "hooks", "hook", "ask_left", 0
TURN_SECONDS = 10
# A platform that rations its answers needs seconds for some dozen resources, and a turn has half a minute at most.
MOST_ROWS, MOST_RESOURCES = 250, 24
MOST_ATTEMPTS = 6
TOO_MANY, RATIONED_SECONDS = 429, 2.0

INSERT_WEBHOOK = """
INSERT INTO sync_inboxwebhook (shop_id, topic, delivery_id, at, received_at, notices, needs_platform, attempts)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0) ON CONFLICT (shop_id, delivery_id) WHERE handled_at IS NULL DO NOTHING
"""


class Outcome(StrEnum):
    """What became of a webhook as it came in."""

    TAKEN = "taken"
    KNOWN = "known"
    IGNORED = "no_news"  # a topic that tells of nothing
    NO_SHOP = "no_shop"  # one that never installed us, or whose data are erased
    REFUSED = "refused"


def receive_webhook(platform: Platform, raw: RawWebhook) -> Outcome:
    """Put a webhook into the inbox, once, and have a worker look; raises ConnectorError (401, 400) for a bad one."""
    try:
        webhook = platform.verify(raw)
    except ConnectorError:
        metrics.count_webhook(platform.name, Outcome.REFUSED)
        raise
    shop_id = installs.find_installed(webhook.platform, webhook.shop) if webhook.notices else None
    if shop_id is not None:
        outcome = _keep(shop_id, webhook)
    else:
        outcome = Outcome.NO_SHOP if webhook.notices else Outcome.IGNORED
        log.info("webhook_left_out", platform=webhook.platform, topic=webhook.topic, outcome=outcome.value)
    metrics.count_webhook(platform.name, outcome)
    return outcome


def _keep(shop_id: ShopId, webhook: Webhook) -> Outcome:
    needs_platform = any(isinstance(notice, Changed) for notice in webhook.notices)
    notices = json.dumps(write_notices(webhook.notices))
    with shop_scope(shop_id):
        is_new = run_sql(
            INSERT_WEBHOOK, shop_id, webhook.topic, webhook.delivery_id, webhook.at, now(), notices, needs_platform
        )
        if is_new:
            add_due(APPLY_WEBHOOKS, NO_SUBJECT)
    return Outcome.TAKEN if is_new else Outcome.KNOWN


def ask_about(resource: ResourceType, external_ids: Iterable[str], reason: str) -> int:
    """Have the platform asked for some resources, as if webhooks had named them; once for a reason; returns how many.

    Run in the shop's scope.
    """
    deliveries = {f"{reason}:{external_id}"[:255]: external_id for external_id in external_ids}
    earlier = InboxWebhook.objects.filter(delivery_id__in=list(deliveries))
    known = set(earlier.values_list("delivery_id", flat=True))
    rows = [
        InboxWebhook(
            topic=reason,
            delivery_id=delivery_id,
            received_at=now(),
            needs_platform=True,
            notices=write_notices([Changed(resource=resource, external_id=deliveries[delivery_id])]),
        )
        for delivery_id in deliveries
        if delivery_id not in known
    ]
    if rows:
        InboxWebhook.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
        add_due(APPLY_WEBHOOKS, NO_SUBJECT)
    return len(deliveries)


@contextmanager
def put_back(shop_id: ShopId, kind: str, subject_id: int) -> Iterator[None]:
    """Do work that asks the platform; where its answers are rationed just now, the work is due again once they are not.

    That is no failure of the work, and nobody sleeps on it: other shops' work waits in the same queue.
    """
    try:
        yield
    except ConnectorError as error:
        if error.status != TOO_MANY:
            raise
        with shop_scope(shop_id):
            postpone(kind, subject_id, error.retry_after or RATIONED_SECONDS)


def ask_webhooks(shop_id: ShopId) -> None:
    """Have a worker look where webhooks wait, as after a shop signed in again; run in the shop's scope."""
    if _waiting().exists():
        add_due(APPLY_WEBHOOKS, NO_SUBJECT)


def apply_webhooks(shop_id: ShopId) -> None:
    """Do what a shop's webhooks notice at, for some seconds; asks for itself again where more is left.

    What needs no answer of the platform comes first: it is done for a parked shop too, and for one that left. What of
    it failed before comes last, for it may fail again.
    """
    ends = time.monotonic() + TURN_SECONDS
    while _settle_some(shop_id, attempts=0) or _follow_some(shop_id) or _settle_some(shop_id, attempts__gt=0):
        if time.monotonic() > ends:
            with shop_scope(shop_id):
                add_due(APPLY_WEBHOOKS, NO_SUBJECT)
            return


def apply_webhook_alone(shop_id: ShopId, webhook_id: int) -> None:
    """Follow a webhook that was set aside; raises ConnectorError for as long as the platform does not answer it."""
    with shop_scope(shop_id):
        found = InboxWebhook.objects.filter(pk=webhook_id, handled_at=None).values_list("id", "at", "notices").first()
    if found is not None:
        _follow(shop_id, [_Taken(found[0], found[1], read_notices(found[2]))])


def ask_left(shop_id: ShopId) -> None:
    """Ask the platform whether a shop left that came back about then; raises ConnectorError while it does not say."""
    with shop_scope(shop_id):
        token_life = platform_of_shop().token_life or timedelta(0)
    installs.uninstall_refused(shop_id, now() - token_life)


def delete_old_webhooks(before: datetime, most: int) -> int:
    """Forget webhooks of before a time that were done or given up, some at most; returns how many. Run in the scope."""
    old = InboxWebhook.objects.filter(Q(handled_at__isnull=False) | _GIVEN_UP, received_at__lt=before)
    ids = old.order_by("received_at").values_list("id", flat=True)[:most]
    return int(InboxWebhook.objects.filter(pk__in=list(ids)).delete()[0])


@dataclass(frozen=True, slots=True)
class _Taken:
    """A webhook in a worker's hands."""

    id: int
    at: datetime | None
    notices: tuple[ChangeNotice, ...]


# What needs no platform is never given up: nobody else looks after a person's request, or a merchant's good-bye.
_GIVEN_UP = Q(needs_platform=True, attempts__gte=MOST_ATTEMPTS)


def _waiting() -> Any:
    return InboxWebhook.objects.filter(~_GIVEN_UP, handled_at=None)


def _take_some(shop_id: ShopId, **which: object) -> list[_Taken]:
    """Take up some webhooks, all tried as often before: the more often, the fewer."""
    with shop_scope(shop_id):
        rows = _waiting().filter(**which).order_by("attempts", "id")
        held = rows.select_for_update(skip_locked=True).values_list("attempts", "id", "at", "notices")[:MOST_ROWS]
        attempts, tried_alike = next(groupby(held, key=lambda row: row[0]), (0, iter(())))
        # A quarter as many each time, 24, 6 and then 1, so that a bad webhook soon stands alone.
        some = _fitting(tried_alike, max(1, MOST_RESOURCES >> 2 * attempts))
        # Counted before it is tried: what kills its worker has been tried as well.
        InboxWebhook.objects.filter(pk__in=[pk for pk, _, _ in some]).update(attempts=F("attempts") + 1)
    return [_Taken(pk, at, read_notices(notices)) for pk, at, notices in some]


def _fitting(rows: Iterable[tuple[int, int, Any, Any]], most: int) -> list[tuple[int, Any, list[Written]]]:
    """Return the first rows that together speak of some resources at most, and at least one."""
    some: list[tuple[int, Any, list[Written]]] = []
    spoken_of: set[str] = set()
    for _, pk, at, notices in rows:
        spoken_of |= {json.dumps(notice, sort_keys=True) for notice in notices}
        if some and len(spoken_of) > most:
            break
        some.append((pk, at, notices))
    return some


def _put_back(shop_id: ShopId, taken: Sequence[_Taken]) -> None:
    """Have webhooks wait as if nobody had tried them: it was not their fault."""
    with shop_scope(shop_id):
        InboxWebhook.objects.filter(pk__in=[webhook.id for webhook in taken]).update(attempts=F("attempts") - 1)


def _end(taken: Sequence[_Taken]) -> None:
    InboxWebhook.objects.filter(pk__in=[webhook.id for webhook in taken]).update(handled_at=now())


def _settle_some(shop_id: ShopId, **which: object) -> bool:
    """Do what some webhooks ask that needs no platform; says whether there were any."""
    taken = _take_some(shop_id, needs_platform=False, **which)
    if taken:
        with shop_scope(shop_id):
            _settle(shop_id, taken)
            _end(taken)
    return bool(taken)


def _settle(shop_id: ShopId, taken: Sequence[_Taken]) -> None:
    """Do what needs no platform, deletions last: whoever brings a shop in holds its own row first, and then data."""
    notices = [
        (notice, webhook.at) for webhook in taken for notice in webhook.notices if not isinstance(notice, Changed)
    ]
    for notice, at in sorted(notices, key=lambda one: isinstance(one[0], Deleted)):
        _SETTLED[type(notice)](shop_id, notice, at)


def _follow_some(shop_id: ShopId) -> bool:
    """Ask the platform what holds of the resources that some webhooks name, and store it; says whether to go on."""
    taken = _take_some(shop_id, needs_platform=True)
    if not taken:
        return False
    try:
        return _follow(shop_id, taken)
    except ConnectorError as error:
        _put_back(shop_id, taken)  # first of all: a platform that hangs may take the rest of our time
        # Then these webhooks are not at fault, and trying fewer of them would help nobody.
        if error.status == TOO_MANY or _is_away(shop_id):
            raise
        log.warning(
            "webhooks_unanswered", shop_id=shop_id, webhooks=len(taken), status=error.status, detail=error.detail
        )
    _narrow(shop_id, taken)
    return True


def _follow(shop_id: ShopId, taken: Sequence[_Taken]) -> bool:
    """Ask and store for some webhooks; says whether to go on. Raises ConnectorError where there is no answer now."""
    try:
        with installs.connected(shop_id) as connection:
            drafts, missing = _ask(connection, taken)
    except NotConnected:
        return _leave(shop_id, taken)
    except ConnectorError as error:
        if not error.permanent:
            raise
        log.warning("webhooks_refused", shop_id=shop_id, webhooks=len(taken), status=error.status, detail=error.detail)
        return True
    with shop_scope(shop_id):
        _settle(shop_id, taken)
        for resource, external_ids in missing.items():
            delete_missing(shop_id, resource, external_ids)
        store_drafts(shop_id, drafts)
        _end(taken)
    return True


def _is_away(shop_id: ShopId) -> bool:
    """Say whether the platform does not answer the plainest question either."""
    try:
        with installs.connected(shop_id) as connection:
            connection.read_shop()
    except (ConnectorError, NotConnected):
        return True
    return False


def _narrow(shop_id: ShopId, taken: Sequence[_Taken]) -> None:
    """Have fewer webhooks tried together; those of one resource wait as work of their own, tried as all work is.

    Whoever holds a webhook in between counts for himself.
    """
    # Those of one resource fail together, however few are tried at once.
    is_alone = len(taken) == 1 or len({notice for webhook in taken for notice in webhook.notices}) == 1
    with shop_scope(shop_id):
        rows = InboxWebhook.objects.filter(pk__in=[webhook.id for webhook in taken], handled_at=None)
        rows.update(attempts=MOST_ATTEMPTS if is_alone else F("attempts") + 1)
        for webhook in taken if is_alone else ():
            add_due(APPLY_WEBHOOK, webhook.id)


def _ask(
    connection: Connection, taken: Sequence[_Taken]
) -> tuple[list[Draft | ShopDraft], Mapping[ResourceType, Sequence[str]]]:
    """Ask once for each kind of resource; returns what holds now, and what is no more."""
    changed_ids: dict[ResourceType, dict[str, None]] = {}
    for webhook in taken:
        for notice in webhook.notices:
            if isinstance(notice, Changed):
                changed_ids.setdefault(notice.resource, {})[notice.external_id] = None
    drafts: list[Draft | ShopDraft] = [connection.read_shop()] if changed_ids.pop(ResourceType.SHOP, None) else []
    missing: dict[ResourceType, Sequence[str]] = {}
    for resource, external_ids in changed_ids.items():
        fetched = connection.fetch(resource, list(external_ids))
        drafts += fetched.drafts
        missing[resource] = fetched.missing
    return drafts, missing


def _leave(shop_id: ShopId, taken: Sequence[_Taken]) -> bool:
    """Have the webhooks of a parked shop wait, and end those of one that left: nobody can ask for it any more."""
    if installs.is_installed(shop_id):
        _put_back(shop_id, taken)
        return False
    with shop_scope(shop_id):
        _end(taken)
    return True


def _settle_deleted(shop_id: ShopId, notice: Deleted, at: datetime | None) -> None:
    delete_resources(shop_id, notice.resource, {notice.external_id: at})


def _settle_merged(shop_id: ShopId, notice: CustomersMerged, at: datetime | None) -> None:
    with shop_scope(shop_id):
        orders.move_orders(notice.merged, notice.kept)


def _settle_uninstalled(shop_id: ShopId, notice: Uninstalled, at: datetime | None) -> None:
    if installs.is_uninstall_doubtful(at):
        add_due(ASK_LEFT, NO_SUBJECT)
    else:
        installs.uninstall_shop(shop_id, at)


def _settle_scopes(shop_id: ShopId, notice: ScopesChanged, at: datetime | None) -> None:
    installs.distrust_tokens(shop_id)


def _settle_export(shop_id: ShopId, notice: BulkDone, at: datetime | None) -> None:
    retry_backfill_now(shop_id)


_SETTLED: Mapping[type[ChangeNotice], Callable[[ShopId, Any, datetime | None], object]] = {
    Deleted: _settle_deleted,
    CustomersMerged: _settle_merged,
    Uninstalled: _settle_uninstalled,
    ScopesChanged: _settle_scopes,
    BulkDone: _settle_export,
    PrivacyRequested: receive_request,
    SeenElsewhere: lambda shop_id, notice, at: note_other_address(notice.address),
}
