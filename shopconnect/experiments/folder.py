"""The file `shelves` of a shop's folder: how often each shelf was asked for, by day and arm, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.bulk import Stored
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.selectors import TALLIED, tallies
from shopconnect.experiments.types import ShelfTally
from shopconnect.sync.services import SyncFile, register_file

LETTERS = "ABHabh"


def read_tally(row: Mapping[str, Any]) -> ShelfTally:
    """Read a line of shelves."""
    day, arm = values.needed_text(row, "day"), values.needed_text(row, "arm")
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise BadRow(gettext_noop('"day" must be a date, as in 2026-11-25.')) from error
    if len(arm) != 1 or arm not in LETTERS:
        raise BadRow(gettext_noop('"arm" must be one of A, B, H, a, b and h.'))
    counts = [int(values.number(row, name) or 0) for name in TALLIED]
    if min(counts) < 0:
        raise BadRow(gettext_noop("Nothing is counted below zero."))
    return ShelfTally(day, values.text(row, "shelf", most=20), arm, *counts)


def _store(drafts: Sequence[ShelfTally]) -> Stored:
    return Stored(changed=store_tallies(drafts))


def _lines() -> Iterator[Mapping[str, Any]]:
    for one in tallies():
        row = one._asdict()
        yield {name: value for name, value in row.items() if value or name not in TALLIED}


register_file(
    SyncFile(
        name="shelves", read=read_tally, store=_store, export=_lines, key=lambda one: (one.day, one.shelf, one.arm)
    )
)
