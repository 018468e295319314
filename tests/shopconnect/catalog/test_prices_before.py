"""What a price was before it was reduced: the lowest of the thirty days before, or nothing where that is not known."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shopconnect.catalog import selectors
from shopconnect.catalog.services import store_prices, store_products
from shopconnect.connectors.types import PriceDraft, ProductDraft, VariantDraft
from shopconnect.core.tenancy.scope import shop_scope

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def told(days_ago, price, variant="", currency="EUR"):
    return PriceDraft(
        product="tea", variant=variant, at=NOW - timedelta(days=days_ago), currency=currency, price=Decimal(price)
    )


def before(shop_id, price, ledger, *, variants=(), created=None):
    """Return what is said of a product whose price is `price` now and whose ledger says (days ago, price)."""
    tea = ProductDraft(
        external_id="tea", title="Tea", price=Decimal(price), currency="EUR", created_at=created, variants=variants
    )
    with shop_scope(shop_id):
        store_products([tea])
        store_prices([told(*entry) if isinstance(entry, tuple) else entry for entry in ledger])
        return next(iter(selectors.prices_before(NOW).values()), None)


@pytest.mark.parametrize(
    ("price", "ledger", "expected"),
    [
        pytest.param(8, [(100, 10), (5, 8)], 10, id="reduced after a long time at one price"),
        pytest.param(8, [(100, 10), (20, 9), (10, 12), (5, 8)], 9, id="the lowest of the thirty days, not the last"),
        pytest.param(8, [(100, 7), (50, 12), (5, 8)], 12, id="what was asked earlier does not count"),
        pytest.param(8, [(100, 7), (34, 12), (5, 8)], None, id="what still held thirty days before does: no reduction"),
        pytest.param(8, [(100, 10), (20, 7), (10, 12), (5, 8)], None, id="cheaper within the thirty days"),
        pytest.param(8, [(100, 10), (20, 8), (10, 12), (5, 8)], None, id="as cheap within the thirty days"),
        pytest.param(6, [(100, 10), (10, 8), (5, 6)], 8, id="reduced step by step: the step before"),
        pytest.param(12, [(100, 10), (5, 12)], None, id="dearer"),
        pytest.param(10, [(100, 10)], None, id="never changed"),
        pytest.param(8, [(100, 10), (40, 8)], None, id="the usual price by now"),
        pytest.param(8, [(20, 10), (5, 8)], None, id="known for fifteen days only"),
        pytest.param(8, [(35, 10), (5, 8)], 10, id="known for just thirty days"),
        pytest.param(8, [(100, 10), (5, 9)], None, id="the ledger is behind"),
        pytest.param(8, [], None, id="no ledger"),
        pytest.param(8, [(100, 10), (5, 8), (3, 8)], 10, id="the same price said again begins nothing new"),
        pytest.param(8, [(100, 10), told(5, 8), told(50, 1, currency="USD")], 10, id="another currency"),
    ],
)
def test_what_a_reduced_price_was_before(shop, price, ledger, expected):
    assert before(shop, price, ledger) == expected


@pytest.mark.parametrize(("created_days_ago", "expected"), [(20, 10), (40, None)])
def test_of_a_young_product_its_whole_life_counts(shop, created_days_ago, expected):
    assert before(shop, 8, [(20, 10), (5, 8)], created=NOW - timedelta(days=created_days_ago)) == expected


@pytest.mark.parametrize(("compare_at", "expected"), [(Decimal(12), 10), (Decimal(8), None), (None, None)])
def test_a_reduction_runs_as_long_as_the_shop_itself_says_so(shop, compare_at, expected):
    variants = (VariantDraft(external_id="S", price=Decimal(8), compare_at_price=compare_at),)
    ledger = [told(100, 10, "S"), told(40, 8, "S")]
    assert before(shop, 8, ledger, variants=variants) == expected


def test_a_cheaper_variant_is_no_reduction(shop):
    variants = (VariantDraft(external_id="L", price=Decimal(10)), VariantDraft(external_id="S", price=Decimal(8)))
    ledger = [told(100, 10), told(100, 10, "L"), told(5, 8), told(5, 8, "S")]
    assert before(shop, 8, ledger, variants=variants) is None


def test_the_price_before_is_that_of_the_variant_that_is_shown(shop):
    variants = (VariantDraft(external_id="L", price=Decimal(10)), VariantDraft(external_id="S", price=Decimal(8)))
    ledger = [told(100, 9), told(100, 20, "L"), told(5, 10, "L"), told(100, 9, "S"), told(5, 8), told(5, 8, "S")]
    assert before(shop, 8, ledger, variants=variants) == 9


def test_one_shop_never_learns_of_the_others_prices(shop, other_shop):
    assert before(shop, 8, [(100, 10), (5, 8)]) == 10
    assert before(other_shop, 8, []) is None
