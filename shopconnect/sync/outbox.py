"""Changes that a shop's platform is to make: written with the decision, sent by a worker, once for each key.

What a change is, its kind knows: a higher room registers it, decides, and hands over a payload that JSON can hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shopconnect.connectors.base import Receipt, ResourceType
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.installs import connected
from shopconnect.shops.types import NotConnected
from shopconnect.sync.models import OutboxChange
from shopconnect.sync.registry import OutboxKind, find_outbox_kind
from shopconnect.sync.storing import store_drafts
from shopconnect.sync.types import Blocker, ChangeState

KIND = "push_change"
LONGEST_WAIT = timedelta(hours=6)
MOST_TOGETHER = 100  # of what is sent with one call

log = get_logger(__name__)


def ask_change(kind: str, payload: Mapping[str, Any], *, key: str, subject: str, actor_id: int | None) -> int:
    """Have the shop's platform make a change; returns the change's public id. The same key asks once.

    Run in the shop's scope: it stands or falls with the caller's transaction. Raises Refusal(change_waits) where
    another change of the same subject waits, and KeyError for a kind that no room registered.
    """
    registered = find_outbox_kind(kind)
    row = OutboxChange(
        kind=kind,
        payload=payload,
        key=key,
        subject=subject,
        state=ChangeState.WAITING,
        asked_by_id=actor_id,
        asked_at=now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        known = OutboxChange.objects.filter(kind=kind, key=key).first()
        if known is not None:  # the other of two clicks at once
            return int(known.public_id)
        raise Refusal("change_waits", _("The same item already has a pending change, which goes first.")) from error
    note(actor_id, registered.action, registered.describe(payload))
    add_due(KIND, row.pk)
    return int(row.public_id)


def push_change(shop_id: ShopId, change_id: int) -> None:
    """Send a change and keep what the platform said; a second run finds it done, or sends it with the same key.

    Where the platform takes many at once, what else waits goes along.
    """
    with shop_scope(shop_id):
        row = OutboxChange.objects.filter(pk=change_id, state=ChangeState.WAITING).first()
    if row is None:
        return None
    kind, rows = find_outbox_kind(row.kind), [row]
    try:
        with connected(shop_id) as connection:
            if kind.send_many and kind.batch in connection.can:
                rows += _waiting_beside(shop_id, row)
                receipts = kind.send_many(connection, [one.payload for one in rows])
            else:
                receipts = [kind.send(connection, row.payload, row.key)]
    except NotConnected:
        return _wait(shop_id, row, Blocker.SIGN_IN)
    except ConnectorError as error:
        log.warning("change_not_sent", shop_id=shop_id, kind=row.kind, status=error.status, detail=error.detail)
        if error.permanent and error.status != 401:
            return _close(shop_id, [row], [Receipt(is_done=False, refusal=error.detail)])
        return _wait(shop_id, row, Blocker.AWAY, error.retry_after)
    _close(shop_id, rows, receipts)
    return _bring_in(shop_id, kind, rows)


def retry_outbox_now(shop_id: ShopId) -> None:
    """Send at once what waits; run in the scope of a shop that signed in again."""
    for pk in OutboxChange.objects.filter(state=ChangeState.WAITING).order_by("id").values_list("pk", flat=True):
        add_due(KIND, pk)


def withdraw_changes(shop_id: ShopId) -> None:
    """Withdraw what was not sent; run in the scope of a shop that leaves."""
    OutboxChange.objects.filter(state=ChangeState.WAITING).update(state=ChangeState.WITHDRAWN, finished_at=now())


def withdraw_asked(kind: str, keys: Iterable[str]) -> None:
    """Withdraw what keys asked for and was not sent yet; run in the scope of a shop that thought better of it."""
    asked = OutboxChange.objects.filter(kind=kind, key__in=list(keys), state=ChangeState.WAITING)
    asked.update(state=ChangeState.WITHDRAWN, finished_at=now())


def _waiting_beside(shop_id: ShopId, row: OutboxChange) -> list[OutboxChange]:
    with shop_scope(shop_id):
        others = OutboxChange.objects.filter(kind=row.kind, state=ChangeState.WAITING).exclude(pk=row.pk)
        return list(others.order_by("id")[: MOST_TOGETHER - 1])


def _close(shop_id: ShopId, rows: Sequence[OutboxChange], receipts: Sequence[Receipt]) -> None:
    with shop_scope(shop_id):
        for row, receipt in zip(rows, receipts, strict=True):
            state = ChangeState.DONE if receipt.is_done else ChangeState.REFUSED
            OutboxChange.objects.filter(pk=row.pk, state=ChangeState.WAITING).update(
                state=state, finished_at=now(), reference=receipt.reference, refusal=receipt.refusal, blocker=""
            )


def _wait(shop_id: ShopId, row: OutboxChange, blocker: Blocker, seconds: float | None = None) -> None:
    """Try again after a growing wait, with the same key."""
    at = now() + max(timedelta(seconds=seconds or 0), min(LONGEST_WAIT, timedelta(minutes=2 ** min(row.tries, 12))))
    with shop_scope(shop_id):
        if OutboxChange.objects.filter(pk=row.pk, state=ChangeState.WAITING).update(
            blocker=blocker, tries=row.tries + 1
        ):
            add_due(KIND, row.pk, at)


def _bring_in(shop_id: ShopId, kind: OutboxKind, rows: Sequence[OutboxChange]) -> None:
    """Bring in what the platform now says of what was changed, rather than wait for its webhook."""
    changed: dict[ResourceType, dict[str, None]] = {}
    for row in rows:
        resource, external_ids = kind.changed(row.payload)
        changed.setdefault(resource, {}).update(dict.fromkeys(external_ids))
    try:
        with connected(shop_id) as connection:
            fetched = [connection.fetch(resource, list(ids)) for resource, ids in changed.items()]
    except (NotConnected, ConnectorError) as error:
        log.info("change_comes_by_webhook", shop_id=shop_id, error=type(error).__name__)
    else:
        store_drafts(shop_id, [draft for some in fetched for draft in some.drafts])
