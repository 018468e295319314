"""Plain functions that make what tests need."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.services import open_shop
from shopconnect.shops.types import ShopProfileSummary

ZONE = "Europe/Paris"


def noon() -> datetime:
    """Return noon of the shops' today: days before it are noons too, at any hour of the test and in summer time."""
    return now().astimezone(ZoneInfo(ZONE)).replace(hour=12)


def make_shop(slug: str = "first", *, currency: str = "EUR", languages: tuple[str, ...] = ("fr", "en")) -> ShopId:
    """Make a shop, allowed on localhost."""
    return open_shop(
        slug,
        ShopProfileSummary(
            name=slug.title(),
            currency=currency,
            timezone=ZONE,
            languages=languages,
            countries=("FR",),
            hosts=("localhost", "127.0.0.1"),
            prices_include_tax=True,
        ),
    )
