"""Plain functions that make what tests need."""

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.services import open_shop
from shopconnect.shops.types import ShopProfileSummary


def make_shop(slug: str = "first", *, currency: str = "EUR", languages: tuple[str, ...] = ("fr", "en")) -> ShopId:
    """Make a shop, allowed on localhost."""
    return open_shop(
        slug,
        ShopProfileSummary(
            name=slug.title(),
            currency=currency,
            timezone="Europe/Paris",
            languages=languages,
            countries=("FR",),
            hosts=("localhost", "127.0.0.1"),
            prices_include_tax=True,
        ),
    )
