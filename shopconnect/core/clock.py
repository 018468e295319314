"""Time: storage is UTC, the shop's time zone decides days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def today(timezone: str) -> date:
    """Return the day it is in an IANA time zone."""
    return now().astimezone(ZoneInfo(timezone)).date()


def known_timezone(name: str) -> str:
    """Return an IANA time zone that this machine knows, or UTC in the place of any other."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def read_time(text: str) -> datetime:
    """Read RFC 3339 with an offset; raises ValueError when it is none, or when the offset is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no time zone: write it as 2026-01-31T12:00:00Z")
    return moment.astimezone(UTC)


def write_time(moment: datetime) -> str:
    """Write RFC 3339 in UTC, to the second, or to the microsecond where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_optional_time(moment: datetime | None) -> str | None:
    """Write a time as `write_time` does, where there is one."""
    return write_time(moment) if moment else None
