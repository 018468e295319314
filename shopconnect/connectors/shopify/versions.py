"""Versions of Shopify's API: each is answered for a year, and after that as the oldest that still is."""

from datetime import date, timedelta

NOTICE = timedelta(days=92)  # a quarter, in which the next version comes


def retirement(version: str) -> date:
    """Return the day from which a version, such as 2026-10, is answered as another."""
    year, _, month = version.partition("-")
    return date(int(year) + 1, int(month), 1)


def is_near_retirement(version: str, day: date) -> bool:
    """Say whether a version ends within a quarter of a day, or has ended."""
    return day >= retirement(version) - NOTICE
