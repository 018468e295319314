"""The shop's calendar: days in its time zone, seasons, weekdays and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from shopconnect.demo.engine.types import Array

ZONE = ZoneInfo("Europe/Paris")
MONTHS = 18
WEEKDAYS = (1.06, 0.96, 0.97, 0.98, 0.94, 0.98, 1.20)  # Monday first; people shop from the sofa on Sunday
# Peak day of the year, width in days, height in log-demand of each season's products.
SEASONS: dict[str, tuple[int, float, float]] = {
    "flat": (1, 60.0, 0.0),
    "gift": (345, 24.0, 1.0),
    "winter": (355, 55.0, 0.9),
    "spring": (110, 38.0, 1.3),
    "summer": (180, 45.0, 1.0),
    "school": (243, 20.0, 1.1),
}
# The same for the whole shop: Christmas, the January sale, Mother's Day, the empty weeks of August.
BUMPS = ((340, 20.0, 0.62), (14, 12.0, 0.22), (146, 9.0, 0.18), (225, 16.0, -0.26))
HOURS = (0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 5, 7, 6, 5, 4, 4, 5, 6, 7, 9, 10, 7, 0)


@dataclass(frozen=True)
class Calendar:
    """The days of the window, the first included, `until` excluded."""

    first: date
    until: date

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.until - self.first).days

    @cached_property
    def dates(self) -> list[date]:
        """Each day in turn."""
        return [self.first + timedelta(days=day) for day in range(self.days)]

    @cached_property
    def midnights(self) -> list[int]:
        """Unix seconds of each day's local midnight, taken with the offset of its noon."""
        # From noon, since on the two days when clocks change midnight still has the old offset.
        noons = [datetime.combine(day, time(12), tzinfo=ZONE) for day in self.dates]
        return [int(noon.timestamp()) - 12 * 3600 for noon in noons]

    @property
    def end(self) -> int:
        """Unix seconds of the end of the window."""
        return self.at(self.days)

    def at(self, day: int, second: int = 0) -> int:
        """Unix seconds of a local second of a day, which may lie outside the window."""
        if 0 <= day < len(self.midnights):
            return self.midnights[day] + second
        noon = datetime.combine(self.first + timedelta(days=day), time(12), tzinfo=ZONE)
        return int(noon.timestamp()) - 12 * 3600 + second

    def season(self, name: str) -> Array:
        """Log-demand of one season, [days]."""
        return _bump(self._of_year, *SEASONS[name])

    def traffic(self, rng: np.random.Generator) -> Array:
        """The share of all trade that falls on each day: trend, season, weekday, and luck that lasts a few days."""
        luck = np.zeros(self.days)
        for day in range(1, self.days):
            # AR(1): good days follow good days; a deviation of 0.06 each day makes one of 0.1 in the long run.
            luck[day] = 0.8 * luck[day - 1] + rng.normal(0.0, 0.06)
        weekday = np.log([WEEKDAYS[day.weekday()] for day in self.dates])
        trend = np.linspace(0.0, 0.35, self.days)
        # All in logs, so that effects multiply.
        total = trend + weekday + luck + sum((_bump(self._of_year, *bump) for bump in BUMPS), np.zeros(self.days))
        share = np.exp(total)
        return np.asarray(share / share.sum())

    @cached_property
    def _of_year(self) -> Array:
        return np.array([day.timetuple().tm_yday for day in self.dates])


def make_calendar(until: date) -> Calendar:
    """Eighteen months that end before `until`."""
    month = until.year * 12 + until.month - 1 - MONTHS
    # Every month has a 28th.
    return Calendar(date(month // 12, month % 12 + 1, min(until.day, 28)), until)


def seconds_of_day(rng: np.random.Generator, count: int) -> Array:
    """Sorted local seconds after midnight, by the hours at which people shop, [count]."""
    hours = np.array(HOURS) / sum(HOURS)
    drawn = rng.choice(24, count, p=hours) * 3600 + rng.integers(0, 3600, count)
    return np.sort(drawn)


def stamp(seconds: int) -> str:
    """RFC 3339 in UTC of unix seconds; called a million times, so dates and times are cached."""
    day, second = divmod(seconds, 86400)
    return _date(day) + _times()[second]


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


@lru_cache(maxsize=1)
def _times() -> list[str]:
    """Return how each second of a day is written."""
    return [f"T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z" for second in range(86400)]


def _bump(of_year: Array, peak: int, width: float, height: float) -> Array:
    distance = np.abs(of_year - peak)
    # Round the year: from December to January is near.
    distance = np.minimum(distance, 365 - distance)
    return np.asarray(height * np.exp(-0.5 * (distance / width) ** 2))
