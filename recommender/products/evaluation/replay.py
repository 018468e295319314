"""Replaying a draft of rules on the last weeks: asked for on a page, done by a worker, shown with its intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from recommender.products.data.engine.history import History, read_history
from recommender.products.data.engine.recency import SECONDS_A_DAY
from recommender.products.evaluation.engine.replay import (
    Moment,
    ReplayProgress,
    moments_of_orders,
    moments_of_visits,
    replay,
)
from recommender.products.evaluation.types import MeanInterval, ReplaySummary, ReplayTally
from recommender.products.models import RuleReplay, RuleVersion
from recommender.products.rules.book import as_json, read_rules
from recommender.products.rules.engine.application import margins_of
from recommender.products.rules.types import DEFAULT_RULES, NotBought, Rule
from recommender.products.serving import shelves
from recommender.products.serving.snapshot import Snapshot, open_snapshot
from recommender.products.types import Context, Shelf, State, VersionState
from shopconnect.core.clock import now, read_time
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.selectors import iter_views, last_event_at
from shopconnect.orders.selectors import iter_purchases, last_order_at

KIND = "replay_rules"
WINDOW, MOST_MOMENTS, PLACES, REPORTED_EVERY = timedelta(days=28), 1_000, 8, 5
COMING = (State.WAITING, State.RUNNING)
GIVEN_UP_AFTER = timedelta(minutes=30)  # a worker that is killed each time leaves no other word


def ask_replay(shop_id: ShopId, user_id: int) -> None:
    """Have a worker replay the draft; while the same draft is being replayed, asking again changes nothing."""
    with shop_scope(shop_id):
        draft = RuleVersion.objects.select_for_update().filter(state=VersionState.DRAFT).first()
        if draft is None:
            return
        coming = RuleReplay.objects.filter(state__in=COMING)
        if coming.filter(rules=draft.rules, asked_at__gt=now() - GIVEN_UP_AFTER).exists():
            return
        coming.update(state=State.FAILED, finished_at=now())
        live = RuleVersion.objects.filter(state=VersionState.LIVE).first()
        rules = live.rules if live else as_json(DEFAULT_RULES)
        row = RuleReplay.objects.create(rules=draft.rules, live_rules=rules, asked_by_id=user_id)
        add_due(KIND, row.pk)


def replay_rules(shop_id: ShopId, replay_id: int) -> None:
    """Replay a draft against what is in force and keep the figures; a second run finds it done."""
    with shop_scope(shop_id):
        row = RuleReplay.objects.filter(pk=replay_id, state__in=COMING).first()
        if row is None:
            return
        RuleReplay.objects.filter(pk=row.pk).update(state=State.RUNNING, percent=0)
    figures = _replayed(shop_id, read_rules(row.live_rules), read_rules(row.rules), partial(_note, shop_id, replay_id))
    with shop_scope(shop_id):
        RuleReplay.objects.filter(pk=replay_id, state__in=COMING).update(
            state=State.DONE, finished_at=now(), percent=100, figures=figures
        )


def latest_replay(shop_id: ShopId, draft: Sequence[Rule]) -> ReplaySummary | None:
    """Return the replay that was asked for last, or None; one that a worker gave up is failed."""
    with shop_scope(shop_id):
        row = RuleReplay.objects.order_by("-asked_at", "-id").first()
    if row is None:
        return None
    is_given_up = row.state in COMING and row.asked_at < now() - GIVEN_UP_AFTER
    return ReplaySummary(
        state=State.FAILED if is_given_up else State(row.state),
        is_current=row.rules == as_json(draft),
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        percent=row.percent,
        tallies=tuple(replay_tally_of(stored) for stored in row.figures.get("tallies", ())),
        since=_moment(row.figures.get("since")),
        until=_moment(row.figures.get("until")),
    )


def replay_tally_of(stored: Mapping[str, Any]) -> ReplayTally:
    """Return a tally as it was kept in JSON."""
    margin = MeanInterval(**stored["margin"]) if stored["margin"] else None
    shelf = Shelf(stored["shelf"]) if stored["shelf"] else None
    return ReplayTally(
        **{**stored, "shelf": shelf, "difference": MeanInterval(**stored["difference"]), "margin": margin}
    )


def _replayed(shop_id: ShopId, live: Sequence[Rule], draft: Sequence[Rule], report: ReplayProgress) -> dict[str, Any]:
    """Return a tally of carts, of products that were bought together, and of pages that a visit went to."""
    snapshot = open_snapshot(shop_id)
    with shop_scope(shop_id):
        until = max(filter(None, (last_order_at(), last_event_at())), default=None)
    if snapshot is None or until is None:
        return {"tallies": []}
    since = until - WINDOW
    days = float(max((rule.days for rule in (*live, *draft) if isinstance(rule, NotBought)), default=0))
    orders, views = _read(snapshot, since, days)
    start = since.timestamp() / SECONDS_A_DAY
    carts = moments_of_orders(orders, start, MOST_MOMENTS, days, seed=0)
    visits = moments_of_visits(views, start, MOST_MOMENTS, seed=0)
    tried = [(Shelf.CART, carts), (Shelf.TOGETHER, carts), (None, visits)]
    margins = margins_of(snapshot.aligned.products)
    total, begun, tallies = max(sum(len(moments) for _, moments in tried), 1), 0, []
    for shelf, moments in tried:
        before, after = (partial(_shown, snapshot.under(tuple(rules)), shelf) for rules in (live, draft))
        reported = partial(_report, report, begun, total)
        tallies.append(asdict(replay(shelf, moments, before, after, margins, reported)))
        begun += len(moments)
    return {"tallies": tallies, "since": since.isoformat(), "until": until.isoformat()}


def _read(snapshot: Snapshot, since: datetime, days: float) -> tuple[History, History]:
    """Read what was bought since then, and in the days before, and what was looked at, as rows of the model."""
    arrays = snapshot.model.arrays
    # Orders name products by the database's id, views by the platform's: both lead to rows of the model.
    by_id = {int(one): row for row, one in enumerate(arrays["ids"])}
    names = zip(arrays["external_sorted"], arrays["external_rows"], strict=True)
    by_name = {str(name): int(row) for name, row in names}
    with shop_scope(snapshot.shop_id):
        orders = read_history(iter_purchases(since=since - timedelta(days=days)), by_id)
        views = read_history(
            (
                (view.visit, by_name[view.product_external_id], number, view.at, 1)
                for number, view in enumerate(iter_views(since=since))
                if view.product_external_id in by_name
            ),
            # These rows name products by their row already, so each leads to itself.
            {row: row for row in by_id.values()},
        )
    return orders, views


def _shown(snapshot: Snapshot, shelf: Shelf | None, moment: Moment) -> list[int]:
    """Return the rows that a shelf would have shown at a moment."""
    arrays = snapshot.model.arrays
    names = tuple(str(arrays["public_ids"][row]) for row in moment.given)
    bought = tuple((int(arrays["ids"][row]), now() - timedelta(days=ago)) for row, ago in moment.bought)
    context = Context(
        product="" if shelf == Shelf.CART else names[0],
        cart=names if shelf == Shelf.CART else (),
        views=names[1:] if shelf is None else (),
        bought=bought,
    )
    return shelves.rows_shown(snapshot, shelf, context, PLACES)


def _report(report: ReplayProgress, begun: int, total: int, done: int) -> None:
    percent, before = (100 * (begun + count) // total for count in (done, done - 1))
    # Each report is a transaction, so only a step of five percent is one.
    if percent // REPORTED_EVERY != before // REPORTED_EVERY:
        report(percent)


def _note(shop_id: ShopId, replay_id: int, percent: int) -> None:
    with shop_scope(shop_id):
        RuleReplay.objects.filter(pk=replay_id, state=State.RUNNING).update(percent=min(percent, 99))


def _moment(text: str | None) -> datetime | None:
    return read_time(text) if text else None
