"""The bench of prices: what a night costs a large shop, from its sales to its proposals.

The shop is invented, in this process alone: what the database takes to tell of its sales is not in it.
"""

from datetime import date
from decimal import Decimal

from recommender.prices.engine.panel import make_panel
from recommender.prices.proposing import learn_shop, proposals_of
from recommender.prices.reading import MOST_WEEKS, ShopPrices
from recommender.prices.types import PricingRules, ShopProposals
from shopconnect.catalog.types import ProductRow
from shopconnect.core.progress import Progress
from shopconnect.measure.bench.processor import cost_of
from shopconnect.measure.bench.types import Figures
from shopconnect.measure.engine.prices import InventedPrices, invented_prices, stored_sales, streamed_sales
from shopconnect.shops.types import ShopProfileSummary

NIGHT = date(2026, 12, 1)
RULES = PricingRules(tax_share=0.2)


def bench_prices(products: int, progress: Progress) -> Figures:
    """Measure a panel of two years, elasticities and proposals of an invented shop of so many products."""
    progress("inventing", 0)
    invented = invented_prices(products)
    sold = stored_sales(invented)
    ledger = list(invented.ledger())
    found: list[ShopProposals] = []

    def night() -> None:
        panel = make_panel(streamed_sales(sold), ledger, invented.category, None, MOST_WEEKS, invented.until)
        shop = ShopPrices(_profile(), _products(invented), {}, {}, panel, {})
        found.append(proposals_of(shop, learn_shop(shop), RULES, NIGHT))

    progress("pricing", 20)
    cost = cost_of(night)
    progress("priced", 100)
    return {
        "products": products,
        "sales": len(sold),
        "proposals": len(found[0].proposals),
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_megabytes": cost.peak_megabytes,
    }


def _profile() -> ShopProfileSummary:
    return ShopProfileSummary(
        name="bench",
        currency="EUR",
        timezone="Europe/Paris",
        languages=("fr",),
        countries=("FR",),
        hosts=(),
        prices_include_tax=True,
    )


def _products(invented: InventedPrices) -> list[ProductRow]:
    last = invented.cents[:, -1]
    return [
        ProductRow(
            id=row + 1,
            public_id=row + 1,
            external_id=f"p{row}",
            title=f"Product {row}",
            vendor="",
            category=(str(invented.category[row]),),
            tags=(),
            image="",
            url="",
            available=True,
            is_gift_card=False,
            currency="EUR",
            price_amount=Decimal(int(last[row])) / 100,
            cost=Decimal(int(invented.cost[row])) / 100,
            stock_level=None,
            created_at=None,
            deleted_at=None,
        )
        for row in range(len(last))
    ]
