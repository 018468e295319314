"""The drafts of a bulk export, whose file has one object a line, children beside their parents in any order.

It is split into groups first (bulk_groups.py), in slices. A reader takes group after group, and marks how far which
number of drafts was, so going on after a crash costs one group's reading.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json

from shopconnect.connectors.shopify.bulk_groups import Groups

# Where in its parent a child belongs, by its kind.
PLACES = {
    "ProductVariant": ("variants",),
    "InventoryLevel": ("inventoryItem", "inventoryLevels"),
    "Collection": ("collections",),
    "LineItem": ("lineItems",),
}
ROOTS_AT_ONCE = 250

_KIND = re.compile(r"gid://shopify/([A-Za-z]+)/")
_T = TypeVar("_T")


def read_drafts(
    path: Path, skip: int, drafts_of: Callable[[Sequence[Mapping[str, Any]]], Iterable[_T]]
) -> Iterator[_T]:
    """Yield what is made of each lot of roots with their children, always in the same order, after the first `skip`."""
    groups = Groups(path)
    groups.split(math.inf)
    marks = groups.folder / "marks"
    behind, first, place = _last_mark(marks, skip)
    with marks.open("a") as known:
        for number in range(first, groups.count):
            roots = groups.roots(number)
            for start in range(place, len(roots), ROOTS_AT_ONCE):
                lot = roots[start : start + ROOTS_AT_ONCE]
                drafts = list(
                    drafts_of([_tree([from_json(line, cache_strings="keys") for line in lines]) for lines in lot])
                )
                yield from drafts[max(0, skip - behind) :]
                behind += len(drafts)
                known.write(f"{behind} {number} {start + len(lot)}\n")
                known.flush()
            place = 0


def _last_mark(marks: Path, skip: int) -> tuple[int, int, int]:
    """Return the last mark before a number of drafts: how many, in which group, after how many of its roots."""
    if not marks.exists():
        return 0, 0, 0
    written = [line.split() for line in marks.read_text().splitlines(keepends=True) if line.endswith("\n")]
    found = ((int(behind), int(group), int(place)) for behind, group, place in written if int(behind) <= skip)
    return max(found, default=(0, 0, 0))


def _tree(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a root with what belongs to it in its places; what is said twice, as of a list that moved, holds once."""
    rows = list({(row["id"], row.get("__parentId")): row for row in lines}.values())
    known = {row["id"]: row for row in rows}
    items = {row["inventoryItem"]["id"]: row for row in rows if row.get("inventoryItem")}
    for row in rows[1:]:
        parent = known.get(row["__parentId"]) or items.get(row["__parentId"])
        kind = _KIND.match(row["id"])
        place = PLACES.get(kind[1]) if kind else None
        for step in place[:-1] if place else ():
            parent = parent.get(step) if parent else None
        if parent and place:
            parent.setdefault(place[-1], {"nodes": []})["nodes"].append(row)
    return rows[0]
