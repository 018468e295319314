"""The files `shelves`, `tests` and `arms` of a shop's folder.

How often each shelf was asked for, by day and arm, and what came of it; and the hold-outs and tests there were. A test
keeps its id and the shop its secret, so that a visitor stays in the arm that they were in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.clock import write_optional_time
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import current_shop
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.kinds import experiment_kinds
from shopconnect.experiments.models import AssignmentSecret, Experiment
from shopconnect.experiments.results import comparison_of
from shopconnect.experiments.selectors import TALLIED, find_secret, iter_experiments, tallies
from shopconnect.experiments.services import configs
from shopconnect.experiments.types import HOLD_OUT, Because, Comparison, ExperimentKind, ExperimentSummary, ShelfTally
from shopconnect.sync.services import SyncFile, register_file
from shopconnect.widgets.types import NonShopper

LETTERS, LARGEST_VALUE = (*"ABHabh", *NonShopper), 2**31 - 1
SECRET = re.compile(r"[0-9a-f]{32}")
Test = tuple[ExperimentSummary, Mapping[str, Any] | None]


def read_tally(row: Mapping[str, Any]) -> ShelfTally:
    """Read a line of shelves."""
    day, arm = values.needed_text(row, "day"), values.needed_text(row, "arm")
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise BadRow(gettext_noop('"day" must be a date, as in 2026-11-25.')) from error
    if arm not in LETTERS:
        raise BadRow(gettext_noop('"arm" must be one of A, B, H, a, b, h, r, s and p.'))
    counts = [int(values.number(row, name) or 0) for name in TALLIED]
    if min(counts) < 0:
        raise BadRow(gettext_noop("Counts can’t be negative."))
    return ShelfTally(day, values.text(row, "shelf", most=20), arm, *counts)


def read_test(row: Mapping[str, Any]) -> Test:
    """Read a line of tests: an experiment, and what was found when it was last weighed."""
    value, base = (values.whole(row, name, most=LARGEST_VALUE) for name in ("value", "base"))
    summary = ExperimentSummary(
        public_id=values.public_id(row, "id"),
        kind=_kind(row),
        percent=values.needed_whole(row, "percent", most=100),
        value=value,
        base=base,
        started_at=values.needed_time(row, "started_at"),
        ends_at=values.time(row, "ends_at"),
        ended_at=values.time(row, "ended_at"),
        ended_because=values.word(row, "because", Because),
    )
    return summary, _outcome(row)


def _kind(row: Mapping[str, Any]) -> ExperimentKind:
    kind = ExperimentKind(values.needed_text(row, "kind"))
    if kind not in experiment_kinds():
        words = ", ".join(experiment_kinds())
        raise BadRow(gettext_noop('"%(key)s" must be one of: %(words)s.'), key="kind", words=words)
    return kind


def _outcome(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        outcome = json.loads(json.dumps(row.get("outcome"), default=float))
        found = comparison_of(outcome)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRow(gettext_noop('"outcome" must be an exported outcome.')) from error
    if found is not None and not _is_whole(found):
        raise BadRow(gettext_noop('"outcome" must be an exported outcome.'))
    return outcome or None


def _is_whole(comparison: Comparison) -> bool:
    """Say whether everything in a comparison is of its kind, so that pages can show it."""
    numbers: list[object] = [comparison.visits, comparison.base_visits, comparison.orders_covered]
    for one in comparison.figures:
        bounds = (one.low, one.middle, one.high)
        numbers += [one.covered, *(value for value in (one.value, one.base) if value is not None)]
        numbers += () if bounds == (None, None, None) else bounds
    return isinstance(comparison.is_sound, bool) and all(isinstance(number, int | float) for number in numbers)


def store_tests(drafts: Sequence[Test]) -> Stored:
    """Store experiments by their ids; what ended stays ended, and of two that run the one that began first ends."""
    rows = {row.public_id: row for row in Experiment.objects.select_for_update()}
    before = {public_id: _content(row) for public_id, row in rows.items()}
    for summary, outcome in drafts:
        row = rows.setdefault(summary.public_id, Experiment(public_id=summary.public_id))
        if row.ended_at is not None and summary.ended_at is None:
            continue
        row.kind, row.percent, row.value, row.base, row.outcome = (
            summary.kind,
            summary.percent,
            summary.value,
            summary.base,
            outcome,
        )
        row.started_at, row.ends_at, row.ended_at = summary.started_at, summary.ends_at, summary.ended_at
        row.ended_because = summary.ended_because or ""
    _end_all_but_last(rows.values())
    changed = [row for public_id, row in rows.items() if _content(row) != before.get(public_id)]
    for row in sorted(changed, key=lambda row: row.ended_at is None):  # the one that ran makes way first
        row.save()
    if changed:
        configs.renew(current_shop())
    new = sum(row.public_id not in before for row in changed)
    return Stored(new=new, changed=len(changed) - new, same=max(len(drafts) - len(changed), 0))


def _end_all_but_last(rows: Iterable[Experiment]) -> None:
    running = sorted((row for row in rows if row.ended_at is None), key=lambda row: (row.started_at, row.public_id))
    for is_hold_out in (True, False):
        group = [row for row in running if (row.kind == HOLD_OUT) == is_hold_out]
        for row, following in pairwise(group):
            row.ended_at = following.started_at


def _content(row: Experiment) -> tuple[object, ...]:
    return (
        row.kind,
        row.percent,
        row.value,
        row.base,
        row.started_at,
        row.ends_at,
        row.ended_at,
        row.ended_because,
        row.outcome,
    )


def _test_lines() -> Iterator[Mapping[str, Any]]:
    for summary, outcome in iter_experiments():
        line = {
            "id": str(summary.public_id),
            "kind": summary.kind,
            "percent": summary.percent,
            "value": _whole(summary.value),
            "base": _whole(summary.base),
            "started_at": write_optional_time(summary.started_at),
            "ends_at": write_optional_time(summary.ends_at),
            "ended_at": write_optional_time(summary.ended_at),
            "because": summary.ended_because,
            "outcome": outcome,
        }
        yield {name: value for name, value in line.items() if value is not None}


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def read_secret(row: Mapping[str, Any]) -> str:
    """Read the one line of arms."""
    secret = values.needed_text(row, "secret")
    if not SECRET.fullmatch(secret):
        raise BadRow(gettext_noop('"secret" must be 32 hexadecimal digits.'))
    return secret


def store_secret(drafts: Sequence[str]) -> Stored:
    """Have visits be in their arms as where the folder comes from; the last line holds."""
    known = find_secret()
    if not drafts or known == drafts[-1]:
        return Stored(same=len(drafts))
    AssignmentSecret.objects.update_or_create(defaults={"secret": drafts[-1]})
    configs.renew(current_shop())
    return Stored(changed=1) if known else Stored(new=1)


def _secret_lines() -> Iterator[Mapping[str, Any]]:
    if secret := find_secret():
        yield {"secret": secret}


def _store(drafts: Sequence[ShelfTally]) -> Stored:
    return Stored(changed=store_tallies(drafts))


def _lines() -> Iterator[Mapping[str, Any]]:
    for one in tallies():
        row = one._asdict()
        yield {name: value for name, value in row.items() if value or name not in TALLIED}


register_file(
    SyncFile(
        name="arms",
        title=gettext_lazy("A/B test assignment"),
        read=read_secret,
        store=store_secret,
        export=_secret_lines,
        key=lambda secret: "",
    )
)
register_file(
    SyncFile(
        name="tests",
        title=gettext_lazy("A/B tests"),
        read=read_test,
        store=store_tests,
        export=_test_lines,
        key=lambda test: test[0].public_id,
    )
)
register_file(
    SyncFile(
        name="shelves",
        title=gettext_lazy("Shelf figures"),
        read=read_tally,
        store=_store,
        export=_lines,
        key=lambda one: (one.day, one.shelf, one.arm),
    )
)
