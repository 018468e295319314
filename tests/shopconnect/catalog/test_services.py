"""Products, their ledger and their stock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from shopconnect.catalog import selectors
from shopconnect.catalog.models import PriceEntry, StockSnapshot
from shopconnect.catalog.services import (
    compare_stock,
    delete_products,
    note_prices_and_stock,
    note_stock,
    store_prices,
    store_products,
    store_stock,
)
from shopconnect.connectors.types import PriceDraft, ProductDraft, StockDraft, TranslationDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope

AT = datetime(2026, 1, 1, tzinfo=UTC)
TEA = ProductDraft(
    external_id="tea",
    title="Thé",
    price=Decimal("4.50"),
    currency="EUR",
    stock=Decimal(3),
    translations=(TranslationDraft(language="en", title="Tea"),),
    variants=(VariantDraft(external_id="S", price=Decimal(4)), VariantDraft(external_id="L")),
)
POT = ProductDraft(external_id="pot", title="Pot", price=Decimal(9), currency="EUR", available=False)


def test_products_come_back_as_they_were_told(shop, other_shop):
    with shop_scope(shop):
        assert store_products([TEA, POT]).new == 2
        assert list(selectors.iter_products()) == [POT, TEA]
        assert store_products([TEA, POT]).same == 2
    with shop_scope(other_shop):
        assert list(selectors.iter_products()) == []


def test_lists_go_on_after_the_last_product_seen(shop):
    with shop_scope(shop):
        store_products([POT, TEA])
        first = selectors.list_products(limit=1)
        second = selectors.list_products(first[0].id, limit=5)
        assert [row.external_id for row in first + second] == ["pot", "tea"]
        assert selectors.list_products(second[0].id) == []
        assert [row.external_id for row in selectors.list_products(search="thé")] == ["tea"]
        assert [row.external_id for row in selectors.list_products(search="TEA")] == ["tea"]
        assert selectors.find_product(first[0].public_id) == first[0]
        assert selectors.find_product(first[0].id) is None
        counts = selectors.count_products()
        assert (counts.products, counts.available, counts.deleted, counts.variants) == (2, 1, 0, 2)


def test_a_product_of_another_shop_is_not_found(shop, other_shop):
    with shop_scope(shop):
        store_products([TEA])
        public_id = selectors.list_products()[0].public_id
    with shop_scope(other_shop):
        assert selectors.find_product(public_id) is None
        assert selectors.find_product_by_external_id("tea") is None


def test_prices_and_stock_of_unknown_products_are_left_out(shop):
    with shop_scope(shop):
        store_products([TEA])
        known = PriceDraft(product="tea", variant="S", at=AT, currency="EUR", price=Decimal(5))
        strange = [
            PriceDraft(product=product, variant=variant, at=AT, currency="EUR", price=Decimal(5))
            for product, variant in (("pot", ""), ("tea", "XXL"))
        ]
        assert store_prices([known, *strange]).new == 1
        snapshots = [
            StockDraft(product=product, variant="", location="default", at=AT, level=Decimal(1))
            for product in ("tea", "pot")
        ]
        assert store_stock(snapshots).new == 1
        assert store_stock(snapshots).new == 0


def test_what_holds_is_noted_once(shop):
    with shop_scope(shop):
        store_products([TEA])
        note_prices_and_stock()
        note_prices_and_stock()
        assert [(price.variant, price.price) for price in selectors.iter_prices()] == [("", Decimal("4.5")), ("S", 4)]
        assert [stock.level for stock in selectors.iter_stock()] == [3]


def test_stock_known_place_by_place_is_not_noted_as_one_number(shop):
    with shop_scope(shop):
        store_products([TEA])
        store_stock([StockDraft(product="tea", variant="", location="Lyon", at=AT, level=Decimal(1))])
        note_prices_and_stock()
        assert [(stock.location, stock.level) for stock in selectors.iter_stock()] == [("Lyon", 1)]


def counted(external_id, *levels):
    """A product with a variant a level, None where nobody counts."""
    sizes = [VariantDraft(external_id=str(place), stock=level) for place, level in enumerate(levels)]
    known = [level for level in levels if level is not None]
    return replace(POT, external_id=external_id, variants=tuple(sizes), stock=sum(known) if known else None)


def test_stock_is_another_where_the_sum_of_what_is_counted_is(shop, other_shop):
    with shop_scope(shop):
        store_products(
            [
                counted("same", Decimal(2), Decimal(3)),
                counted("less", Decimal(2), Decimal(3)),
                counted("oversold", Decimal(-1)),
                counted("not counted", None),
                counted("counted in part", Decimal(2), None),
                counted("gone", Decimal(1)),
            ]
        )
        delete_products({"gone": None})
        listed = {
            "same": Decimal(5),
            "less": Decimal(4),
            "oversold": Decimal(1),
            "not counted": Decimal(7),
            "counted in part": Decimal(9),
            "gone": Decimal(0),
            "unknown": Decimal(1),
        }
        assert compare_stock(listed) == ["less", "oversold"]
    with shop_scope(other_shop):
        assert compare_stock(listed) == []


def test_a_size_that_is_gone_does_not_keep_stock_from_being_compared(shop):
    with shop_scope(shop):
        store_products([counted("pot", Decimal(2), None)])
        store_products([counted("pot", Decimal(2))])
        assert compare_stock({"pot": Decimal(3)}) == ["pot"]


def test_ledger_and_snapshots_are_only_added_to(shop):
    with shop_scope(shop):
        store_products([TEA])
        note_prices_and_stock()
        for model in (PriceEntry, StockSnapshot):
            for change in (
                lambda model=model: model.objects.update(at=AT),
                lambda model=model: model.objects.all().delete(),
            ):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    change()
        assert PriceEntry.objects.count() == 2


def test_stock_of_days_to_come_does_not_hold_yet(shop):
    with shop_scope(shop):
        store_products([TEA])
        place = StockDraft(
            product="tea", variant="", location="here", at=now() + timedelta(days=300), level=Decimal(50)
        )
        store_stock([place])
        today = replace(place, at=now(), level=Decimal(5))
        assert [note_stock([today]).new, note_stock([replace(today, at=now())]).new] == [1, 0]


def test_a_place_told_by_a_clock_ahead_of_ours_holds_at_once(shop):
    with shop_scope(shop):
        store_products([TEA])
        ahead = StockDraft(product="tea", variant="", location="here", at=now() + timedelta(hours=1), level=Decimal(7))
        note_stock([ahead])
        note_prices_and_stock()
        assert list(StockSnapshot.objects.values_list("location", "level")) == [("here", Decimal(7))]
