"""Where a long list goes on: Shopify pages through 25,000 objects of one list, and refuses more.

So a list of ids is asked for anew after the last id that was seen, and a list of changes after the last change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shopconnect.connectors.shopify import mapper

MOST_SEEN = 24_500  # leaves room for one page more


@dataclass(frozen=True, slots=True)
class PageCursor:
    """Where a list of changes goes on: since when it was asked for, how many of it were seen, Shopify's own cursor."""

    since: str
    seen: int = 0
    after: str = ""

    @classmethod
    def of(cls, cursor: str, since: str) -> "PageCursor":
        """Read a place; one that is none of ours is taken for the beginning."""
        parts = cursor.split(" ")
        return cls(parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdecimal() else cls(since)  # noqa: PLR2004

    def following(self, rows: Sequence[Mapping[str, Any]], after: str) -> str:
        """Write the place after a page, "" at the end; changes of the last second seen may come once more."""
        seen = self.seen + len(rows)
        if not after:
            return ""
        if seen > MOST_SEEN and rows and rows[-1]["updatedAt"] != self.since:
            return str(PageCursor(rows[-1]["updatedAt"]))
        return str(PageCursor(self.since, seen, after))

    def __str__(self) -> str:
        return f"{self.since} {self.seen} {self.after}"


def after_id(cursor: str) -> str:
    """Return the search for what comes after an id, or for all there is."""
    return f"id:>={int(cursor) + 1}" if mapper.is_plain_id(cursor) else ""
