"""Lists as WordPress gives them: filtered, in an order, by pages that move when rows do."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.doubles.woocommerce.errors import invalid_param
from tests.doubles.woocommerce.store import Row

Pairs = Mapping[str, str]
MOST = 100
ORDERS: dict[str, Callable[[Row], Any]] = {
    "id": lambda row: row["id"],
    "date": lambda row: (row.get("date_created_gmt") or "", row["id"]),
    "modified": lambda row: row.get("date_modified_gmt") or "",  # equal times in whatever order
    "include": lambda row: row["id"],
}


def list_page(rows: Iterable[Row], pairs: Pairs, timezone: str, url: str) -> tuple[list[Row], dict[str, str]]:
    """Return a page of rows and its headers."""
    found = _wanted(rows, pairs, timezone)
    by = pairs.get("orderby", "date")
    if by not in ORDERS:
        raise invalid_param("orderby", "rest_not_in_enum", f"orderby is not one of {', '.join(ORDERS)}.")
    found.sort(key=ORDERS[by], reverse=pairs.get("order", "desc") == "desc")
    size, page = _number(pairs, "per_page", 10, MOST), _number(pairs, "page", 1, 10**9)
    offset = int(pairs["offset"]) if "offset" in pairs else (page - 1) * size
    pages = -(-len(found) // size)
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    links = [_link(url, pairs, min(page - 1, pages), "prev")] if page > 1 else []
    links += [_link(url, pairs, page + 1, "next")] if page < pages else []
    if links:
        headers["Link"] = ", ".join(links)
    return found[offset : offset + size], headers


def only_fields(row: Row, names: str) -> Row:
    """Return the fields asked for; a dot names one inside another."""
    if not names:
        return row
    found: Row = {}
    for name in names.split(","):
        first, _, inner = name.partition(".")
        if first not in row:
            continue
        value = row[first]
        if inner and isinstance(value, dict):
            found[first] = found.get(first, {}) | only_fields(value, inner)
        else:
            found[first] = value
    return found


def _wanted(rows: Iterable[Row], pairs: Pairs, timezone: str) -> list[Row]:
    """Return the rows that are asked for; of customers no time is heeded."""
    statuses = set(filter(None, pairs.get("status", "any").split(",")))
    included, excluded, role = _ids(pairs, "include"), _ids(pairs, "exclude"), pairs.get("role", "customer")
    after, before = (_moment(pairs, name, timezone) for name in ("modified_after", "modified_before"))
    found = [row for row in rows if row["id"] in included] if "include" in pairs else list(rows)
    found = [row for row in found if row["id"] not in excluded] if excluded else found
    if after:
        found = [row for row in found if "role" in row or (row.get("date_modified_gmt") or "") > after]
    if before:
        found = [row for row in found if "role" in row or (row.get("date_modified_gmt") or "") < before]
    return [row for row in found if _is_shown(row, statuses) and role in ("all", row.get("role", role))]


def _is_shown(row: Row, statuses: set[str]) -> bool:
    status = row.get("status")
    return status is None or status in statuses or ("any" in statuses and status != "trash")


def _moment(pairs: Pairs, name: str, timezone: str) -> str:
    """Read a time as WooCommerce does: naive as the shop's own, with a Z and dates_are_gmt as neither."""
    text = pairs.get(name, "")
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_param(name, "rest_invalid_date", "Invalid date.") from None
    zone, is_gmt = ZoneInfo(timezone), pairs.get("dates_are_gmt") == "true"
    if moment.tzinfo and is_gmt:
        moment = moment.astimezone(zone).replace(tzinfo=UTC)
    elif not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC if is_gmt else zone)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _ids(pairs: Pairs, name: str) -> set[int]:
    parts = [one for one in pairs.get(name, "").split(",") if one]
    if not all(one.isdecimal() and int(one) < 2**63 for one in parts):
        raise invalid_param(name, "rest_invalid_type", f"{name}[0] is not of type integer.")
    return set(map(int, parts))


def _number(pairs: Pairs, name: str, usual: int, most: int) -> int:
    text = pairs.get(name, str(usual))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        message = f"{name} must be between 1 (inclusive) and {most} (inclusive)"
        raise invalid_param(name, "rest_out_of_bounds", message)
    return int(text)


def _link(url: str, pairs: Pairs, page: int, rel: str) -> str:
    shown = {name: value for name, value in pairs.items() if not name.startswith("consumer_")}
    return f'<{url}?{urlencode({**shown, "page": str(page)})}>; rel="{rel}"'
