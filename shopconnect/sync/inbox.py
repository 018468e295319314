"""Hooks: each is taken in once, with what it hints at; a worker then asks the platform what holds now, and stores that.

A worker takes up some hooks at a time, the freshest tried first. Those that failed come after the others, with ever
fewer beside them, until a bad one stands alone. Refused, it is given up: reconciliation looks after what it spoke of.
Unanswered by a platform that answers otherwise, it is set aside as work of its own. Nothing is lost when a worker dies,
for a hook is done in the transaction that stores what it hinted at.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from shopconnect.connectors.base import (
    BulkDone,
    Connection,
    Draft,
    Gone,
    Hint,
    Hook,
    Platform,
    PrivacyWish,
    RawHook,
    ScopesChanged,
    Thing,
    Touched,
    Uninstalled,
)
from shopconnect.connectors.types import ConnectorError, ShopDraft
from shopconnect.core import metrics
from shopconnect.core.bulk import run_sql
from shopconnect.core.clock import now
from shopconnect.core.log import get_logger
from shopconnect.core.tasks import add_due
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.privacy.requests import receive_wish
from shopconnect.shops import installs
from shopconnect.shops.types import NotConnected
from shopconnect.sync.backfill import hurry_backfill
from shopconnect.sync.hints import Written, read_hints, write_hints
from shopconnect.sync.models import InboxHook
from shopconnect.sync.storing import delete_missing, delete_things, store_drafts

log = get_logger(__name__)

KIND, ALONE, LEFT, NO_SUBJECT = "hooks", "hook", "ask_left", 0
TURN_SECONDS = 10
# A platform that rations its answers needs seconds for some dozen things, and a turn has half a minute at most.
MOST_ROWS, MOST_THINGS = 250, 24
MOST_ATTEMPTS = 6
TOO_MANY = 429
TOKENS_LAST = timedelta(hours=47)  # much longer than those of a shop that lives are left unrenewed

TAKE_IN = """
INSERT INTO sync_inboxhook (shop_id, topic, delivery_id, at, received_at, hints, needs_platform, attempts)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0) ON CONFLICT (shop_id, delivery_id) DO NOTHING
"""


class Outcome(StrEnum):
    """What became of a hook at the door."""

    TAKEN = "taken"
    KNOWN = "known"
    NO_NEWS = "no_news"  # a topic that hints at nothing
    NO_SHOP = "no_shop"  # one that never installed us, or whose data are erased
    REFUSED = "refused"


def take_in(platform: Platform, raw: RawHook) -> Outcome:
    """Put a hook into the inbox, once, and have a worker look; raises ConnectorError (401, 400) for a bad one."""
    try:
        hook = platform.verify(raw)
    except ConnectorError:
        metrics.count_hook(platform.name, Outcome.REFUSED)
        raise
    shop_id = installs.find_installed(hook.platform, hook.shop) if hook.hints else None
    if shop_id is not None:
        outcome = _keep(shop_id, hook)
    else:
        outcome = Outcome.NO_SHOP if hook.hints else Outcome.NO_NEWS
        log.info("hook_left_out", platform=hook.platform, topic=hook.topic, outcome=outcome.value)
    metrics.count_hook(platform.name, outcome)
    return outcome


def _keep(shop_id: ShopId, hook: Hook) -> Outcome:
    needs_platform = any(isinstance(hint, Touched) for hint in hook.hints)
    hints = json.dumps(write_hints(hook.hints))
    with shop_scope(shop_id):
        is_new = run_sql(TAKE_IN, shop_id, hook.topic, hook.delivery_id, hook.at, now(), hints, needs_platform)
        if is_new:
            add_due(KIND, NO_SUBJECT)
    return Outcome.TAKEN if is_new else Outcome.KNOWN


def ask_about(thing: Thing, external_ids: Iterable[str], reason: str) -> int:
    """Have the platform asked for some things, as if hooks had touched them; once for a reason; returns how many.

    Run in the shop's scope.
    """
    rows = [
        InboxHook(
            topic=reason,
            delivery_id=f"{reason}:{external_id}"[:255],
            received_at=now(),
            needs_platform=True,
            hints=write_hints([Touched(thing=thing, external_id=external_id)]),
        )
        for external_id in external_ids
    ]
    if rows:
        InboxHook.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
        add_due(KIND, NO_SUBJECT)
    return len(rows)


def ask_hooks(shop_id: ShopId) -> None:
    """Have a worker look where hooks wait, as after a shop signed in again; run in the shop's scope."""
    if _waiting().exists():
        add_due(KIND, NO_SUBJECT)


def follow_hooks(shop_id: ShopId) -> None:
    """Do what a shop's hooks hint at, for some seconds; asks for itself again where more is left.

    What needs no answer of the platform comes first: it is done for a parked shop too, and for one that left. What of
    it failed before comes last, for it may fail again.
    """
    ends = time.monotonic() + TURN_SECONDS
    while _settle_some(shop_id, attempts=0) or _follow_some(shop_id) or _settle_some(shop_id, attempts__gt=0):
        if time.monotonic() > ends:
            with shop_scope(shop_id):
                add_due(KIND, NO_SUBJECT)
            return


def follow_alone(shop_id: ShopId, hook_id: int) -> None:
    """Follow a hook that was set aside; raises ConnectorError for as long as the platform does not answer it."""
    with shop_scope(shop_id):
        found = InboxHook.objects.filter(pk=hook_id, handled_at=None).values_list("id", "at", "hints").first()
    if found is not None:
        _follow(shop_id, [_Taken(found[0], found[1], read_hints(found[2]))])


def ask_left(shop_id: ShopId) -> None:
    """Ask the platform whether a shop left that came back about then; raises ConnectorError while it does not say."""
    installs.uninstall_refused(shop_id, now() - TOKENS_LAST)


def forget_hooks(before: datetime, most: int) -> int:
    """Forget hooks of before a time that were done or given up, some at most; returns how many. Run in the scope."""
    old = InboxHook.objects.filter(Q(handled_at__isnull=False) | _GIVEN_UP, received_at__lt=before)
    ids = old.order_by("received_at").values_list("id", flat=True)[:most]
    return int(InboxHook.objects.filter(pk__in=list(ids)).delete()[0])


@dataclass(frozen=True, slots=True)
class _Taken:
    """A hook in a worker's hands."""

    id: int
    at: datetime | None
    hints: tuple[Hint, ...]


# What needs no platform is never given up: a person's wish, and a merchant's good-bye, have nobody else to look after
# them.
_GIVEN_UP = Q(needs_platform=True, attempts__gte=MOST_ATTEMPTS)


def _waiting() -> Any:
    return InboxHook.objects.filter(~_GIVEN_UP, handled_at=None)


def _take_some(shop_id: ShopId, **which: object) -> list[_Taken]:
    """Take up some hooks, all tried as often before: the more often, the fewer."""
    with shop_scope(shop_id):
        rows = _waiting().filter(**which).order_by("attempts", "id")
        held = rows.select_for_update(skip_locked=True).values_list("attempts", "id", "at", "hints")[:MOST_ROWS]
        attempts, tried_alike = next(groupby(held, key=lambda row: row[0]), (0, iter(())))
        some = _fitting(tried_alike, max(1, MOST_THINGS >> 2 * attempts))
        InboxHook.objects.filter(pk__in=[pk for pk, _, _ in some]).update(attempts=F("attempts") + 1)
    return [_Taken(pk, at, read_hints(hints)) for pk, at, hints in some]


def _fitting(rows: Iterable[tuple[int, int, Any, Any]], most: int) -> list[tuple[int, Any, list[Written]]]:
    """Return the first rows that together speak of some things at most, and at least one."""
    some: list[tuple[int, Any, list[Written]]] = []
    spoken_of: set[str] = set()
    for _, pk, at, hints in rows:
        spoken_of |= {json.dumps(hint, sort_keys=True) for hint in hints}
        if some and len(spoken_of) > most:
            break
        some.append((pk, at, hints))
    return some


def _put_back(shop_id: ShopId, taken: Sequence[_Taken]) -> None:
    """Have hooks wait as if nobody had tried them: it was not their fault."""
    with shop_scope(shop_id):
        InboxHook.objects.filter(pk__in=[hook.id for hook in taken]).update(attempts=F("attempts") - 1)


def _end(taken: Sequence[_Taken]) -> None:
    InboxHook.objects.filter(pk__in=[hook.id for hook in taken]).update(handled_at=now())


def _settle_some(shop_id: ShopId, **which: object) -> bool:
    """Do what some hooks ask that needs no platform; says whether there were any."""
    taken = _take_some(shop_id, needs_platform=False, **which)
    if taken:
        with shop_scope(shop_id):
            _settle(shop_id, taken)
            _end(taken)
    return bool(taken)


def _settle(shop_id: ShopId, taken: Sequence[_Taken]) -> None:
    """Do what needs no platform, deletions last: whoever brings a shop in holds its own row first, and then facts."""
    hints = [(hint, hook.at) for hook in taken for hint in hook.hints if not isinstance(hint, Touched)]
    for hint, at in sorted(hints, key=lambda one: isinstance(one[0], Gone)):
        _SETTLED[type(hint)](shop_id, hint, at)


def _follow_some(shop_id: ShopId) -> bool:
    """Ask the platform what holds of the things that some hooks touched, and store it; says whether to go on."""
    taken = _take_some(shop_id, needs_platform=True)
    if not taken:
        return False
    try:
        return _follow(shop_id, taken)
    except ConnectorError as error:
        _put_back(shop_id, taken)  # first of all: a platform that hangs may take the rest of our time
        if error.status == TOO_MANY or _is_away(shop_id):
            raise
        log.warning("hooks_unanswered", shop_id=shop_id, hooks=len(taken), status=error.status, detail=error.detail)
    _narrow(shop_id, taken)
    return True


def _follow(shop_id: ShopId, taken: Sequence[_Taken]) -> bool:
    """Ask and store for some hooks; says whether to go on. Raises ConnectorError where there is no answer now."""
    try:
        with installs.connected(shop_id) as connection:
            drafts, missing = _ask(connection, taken)
    except NotConnected:
        return _leave(shop_id, taken)
    except ConnectorError as error:
        if not error.permanent:
            raise
        log.warning("hooks_refused", shop_id=shop_id, hooks=len(taken), status=error.status, detail=error.detail)
        return True
    with shop_scope(shop_id):
        _settle(shop_id, taken)
        for thing, external_ids in missing.items():
            delete_missing(shop_id, thing, external_ids)
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
    """Have fewer hooks tried together; those of one thing wait as work of their own, parked and tried as all work is.

    Whoever holds a hook in between counts for himself.
    """
    is_alone = len(taken) == 1 or len({hint for hook in taken for hint in hook.hints}) == 1
    with shop_scope(shop_id):
        rows = InboxHook.objects.filter(pk__in=[hook.id for hook in taken], handled_at=None)
        rows.update(attempts=MOST_ATTEMPTS if is_alone else F("attempts") + 1)
        for hook in taken if is_alone else ():
            add_due(ALONE, hook.id)


def _ask(
    connection: Connection, taken: Sequence[_Taken]
) -> tuple[list[Draft | ShopDraft], Mapping[Thing, Sequence[str]]]:
    """Ask once for each kind of thing; returns what holds now, and what is no more."""
    touched: dict[Thing, dict[str, None]] = {}
    for hook in taken:
        for hint in hook.hints:
            if isinstance(hint, Touched):
                touched.setdefault(hint.thing, {})[hint.external_id] = None
    drafts: list[Draft | ShopDraft] = [connection.read_shop()] if touched.pop(Thing.SHOP, None) else []
    missing: dict[Thing, Sequence[str]] = {}
    for thing, external_ids in touched.items():
        fetched = connection.fetch(thing, list(external_ids))
        drafts += fetched.drafts
        missing[thing] = fetched.missing
    return drafts, missing


def _leave(shop_id: ShopId, taken: Sequence[_Taken]) -> bool:
    """Have the hooks of a parked shop wait, and end those of one that left: nobody can ask for it any more."""
    if installs.is_installed(shop_id):
        _put_back(shop_id, taken)
        return False
    with shop_scope(shop_id):
        _end(taken)
    return True


def _settle_gone(shop_id: ShopId, hint: Gone, at: datetime | None) -> None:
    delete_things(shop_id, hint.thing, {hint.external_id: at})


def _settle_uninstalled(shop_id: ShopId, hint: Uninstalled, at: datetime | None) -> None:
    if installs.is_uninstall_doubtful(at):
        add_due(LEFT, NO_SUBJECT)
    else:
        installs.uninstall_shop(shop_id, at)


def _settle_scopes(shop_id: ShopId, hint: ScopesChanged, at: datetime | None) -> None:
    installs.distrust_tokens(shop_id)


def _settle_export(shop_id: ShopId, hint: BulkDone, at: datetime | None) -> None:
    hurry_backfill(shop_id)


_SETTLED: Mapping[type[Hint], Callable[[ShopId, Any, datetime | None], object]] = {
    Gone: _settle_gone,
    Uninstalled: _settle_uninstalled,
    ScopesChanged: _settle_scopes,
    BulkDone: _settle_export,
    PrivacyWish: receive_wish,
}
