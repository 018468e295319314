"""Where a list goes on. WooCommerce pages by number, and what is deleted or edited meanwhile moves everything.

So ids go on after the last one seen: the number of rows behind us is only where to look first. Changes go on after the
last second that was read whole; a second that fills a page is read by its ids.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

WooRow = Mapping[str, Any]
Ask = Callable[..., list[WooRow]]  # asks for a page of a list with such parameters
SECOND = timedelta(seconds=1)
ZERO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class IdPlace:
    """After which id a list goes on, and how many rows lay before it when it was seen."""

    last: int = 0
    seen: int = 0

    @classmethod
    def of(cls, cursor: str) -> "IdPlace":
        """Read a place; one that is none of ours is taken for the beginning."""
        parts = cursor.split(" ")
        return cls(int(parts[0]), int(parts[1])) if len(parts) == 2 and all(map(str.isdecimal, parts)) else cls()  # noqa: PLR2004

    def __str__(self) -> str:
        return f"{self.last} {self.seen}"

    def next_rows(self, ask: Ask, most: int) -> tuple[list[WooRow], str]:
        """Return the rows after this place, and the place after them, "" at the end."""
        offset = max(0, self.seen - 1)  # the last one seen comes again, and so proves that none was passed over
        while True:
            rows = ask(orderby="id", order="asc", offset=str(offset), per_page=str(most))
            ids = [int(row["id"]) for row in rows]
            if offset and (not ids or ids[0] > self.last):
                offset = max(0, offset - most + 1)  # what was found here comes again: else we would be back at once
                continue
            fresh = [row for row in rows if int(row["id"]) > self.last]
            if fresh or len(rows) < most:
                after = IdPlace(max(ids, default=0), offset + len(rows))
                return fresh, str(after) if len(rows) == most else ""
            offset += most  # what came back meanwhile lies before


@dataclass(frozen=True, slots=True)
class ChangePlace:
    """Up to which second changes were read, and where in the second after it, if that is read by its ids."""

    done: datetime
    within: str = ""

    @classmethod
    def of(cls, cursor: str, since: datetime) -> "ChangePlace":
        """Read a place; one that is none of ours is taken for the beginning."""
        done, _, within = cursor.partition(" ")
        try:
            return cls(datetime.fromisoformat(done), within)
        except ValueError:
            return cls(since.astimezone(UTC).replace(microsecond=0) - SECOND)

    def __str__(self) -> str:
        return f"{self.done.isoformat()} {self.within}".strip()

    def next_rows(self, ask: Ask, most: int) -> tuple[list[WooRow], str]:
        """Return the rows that changed next, oldest change first, and the place after them, "" at the end."""
        if self.within:
            return self._rest_of_second(ask, most)
        page = ask(orderby="modified", order="asc", per_page=str(most), modified_after=gmt(self.done))
        rows = sorted((row for row in page if modified(row) > self.done), key=lambda row: (modified(row), row["id"]))
        if len(page) < most or not rows:
            return rows, ""
        last = modified(rows[-1])
        # Of the last second of a page there may be more.
        whole = [row for row in rows if modified(row) < last]
        if whole:
            return whole, str(ChangePlace(last - SECOND))
        return ChangePlace(last - SECOND, "0 0")._rest_of_second(ask, most)

    def _rest_of_second(self, ask: Ask, most: int) -> tuple[list[WooRow], str]:
        second = {"modified_after": gmt(self.done), "modified_before": gmt(self.done + 2 * SECOND)}
        rows, within = IdPlace.of(self.within).next_rows(lambda **params: ask(**params, **second), most)
        return rows, str(ChangePlace(self.done, within) if within else ChangePlace(self.done + SECOND))


def modified(row: WooRow) -> datetime:
    """Return when a row changed."""
    try:
        return datetime.fromisoformat(str(row.get("date_modified_gmt"))).replace(tzinfo=UTC)
    except ValueError:
        return ZERO_TIME


def gmt(moment: datetime) -> str:
    """Write a moment as a filter takes it beside dates_are_gmt: with a Z it would be read as the shop's own time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
