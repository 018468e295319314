"""The catalogue snapshot follows what the catalog says, and say of a product what it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender.products import services
from recommender.products.data.artefacts import CATALOGUE, load_catalogue
from recommender.products.data.catalogue import save_catalogue, title_of
from shopconnect.catalog.selectors import find_product_by_external_id, list_features
from shopconnect.catalog.services import store_prices, store_products
from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.types import PriceDraft, ProductDraft, StockDraft, TranslationDraft
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.storing import delete_resources, store_drafts

AT = datetime(2026, 5, 1, tzinfo=UTC)
TEA = ProductDraft(
    external_id="tea",
    title="Tea",
    price=Decimal("8.50"),
    currency="EUR",
    vendor="Acme",
    category=("Drinks", "Hot"),
    cost=Decimal(4),
    stock=Decimal("3.7"),
    created_at=AT,
    updated_at=AT,
    translations=(TranslationDraft(language="fr", title="Thé"),),
)
POT = ProductDraft(external_id="pot", title="Pot", price=Decimal(9), currency="EUR", available=False, updated_at=AT)


@pytest.fixture(autouse=True)
def no_files(shop):
    store.erase(shop)


def row_of(shop_id, external_id):
    with shop_scope(shop_id):
        public_id = find_product_by_external_id(external_id).public_id
    return np.searchsorted(load_catalogue(shop_id).arrays["public_ids"], public_id)


def fact(shop_id, external_id, name):
    return load_catalogue(shop_id).arrays[name][row_of(shop_id, external_id)]


def test_catalogues_say_of_each_product_what_the_catalog_says(shop):
    with shop_scope(shop):
        store_products([TEA, POT])
        store_prices(
            [
                PriceDraft(
                    product="tea", variant="", at=now() - timedelta(days=days), currency="EUR", price=Decimal(price)
                )
                for days, price in ((100, "10"), (5, "8.50"))
            ]
        )
    save_catalogue(shop)
    catalogue = load_catalogue(shop)
    assert (catalogue.manifest["currency"], catalogue.manifest["languages"]) == ("EUR", ["fr", "en"])
    assert list(catalogue.arrays["public_ids"]) == sorted(catalogue.arrays["public_ids"])
    names = ("available", "price", "before", "cost", "stock", "created_day")
    assert [fact(shop, "tea", name) for name in names] == [True, 8.5, 10.0, 4.0, 3, AT.timestamp() / 86_400]
    assert [fact(shop, "pot", name) for name in ("available", "price", "stock")] == [False, 9.0, -1]
    assert all(np.isnan(fact(shop, "pot", name)) for name in ("before", "cost", "created_day"))
    assert catalogue.arrays["category_names"][fact(shop, "tea", "category")] == "Drinks > Hot"
    assert catalogue.arrays["vendor_names"][fact(shop, "tea", "vendor")] == "Acme"
    assert (fact(shop, "pot", "category"), fact(shop, "pot", "vendor")) == (-1, -1)


def test_a_shop_without_products_has_catalogues_without_rows(shop):
    save_catalogue(shop)
    assert {len(array) for name, array in load_catalogue(shop).arrays.items() if not name.startswith("ends")} == {0}


def test_what_is_owed_to_customers_is_no_stock(shop):
    with shop_scope(shop):
        store_products([replace(TEA, stock=Decimal(-4))])
    save_catalogue(shop)
    assert fact(shop, "tea", "stock") == 0


CHANGES = {
    "price": [replace(TEA, price=Decimal(7), updated_at=AT + timedelta(hours=1))],
    "stock": [
        replace(TEA, stock=Decimal(0), updated_at=AT + timedelta(hours=1)),
        StockDraft(product="tea", variant="", location="Paris", at=AT + timedelta(hours=1), level=Decimal(0)),
    ],
    "available": [replace(TEA, available=False, updated_at=AT + timedelta(hours=1))],
}


@pytest.mark.parametrize("name", CHANGES)
def test_catalogues_follow_a_change_within_the_minute(shop, name, monkeypatch):
    store_drafts(shop, [TEA, POT])
    save_catalogue(shop)
    Due.objects.all().delete()
    was = fact(shop, "tea", name)
    asked = now()
    store_drafts(shop, CHANGES[name])
    due = Due.objects.get(shop_id=shop, kind="save_catalogue")
    assert due.due_at - asked < timedelta(seconds=3)  # and a sweep comes each thirty seconds
    Due.objects.update(due_at=asked)
    run_due(shop, "save_catalogue")
    assert fact(shop, "tea", name) != was
    assert not Due.objects.filter(kind="save_catalogue").exists()


def test_what_is_deleted_leaves_the_facts(shop):
    store_drafts(shop, [TEA, POT])
    save_catalogue(shop)
    Due.objects.all().delete()
    delete_resources(shop, ResourceType.PRODUCT, {"tea": None})
    Due.objects.update(due_at=now())
    run_due(shop, "save_catalogue")
    assert len(load_catalogue(shop).arrays["public_ids"]) == 1


def test_writing_catalogues_asks_as_many_questions_of_a_large_shop_as_of_a_small_one(shop):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            save_catalogue(shop)
        return len(asked)

    with shop_scope(shop):
        store_products([TEA])
    few = questions()
    with shop_scope(shop):
        store_products([replace(TEA, external_id=f"tea{number}") for number in range(300)])
    assert questions() == few


def test_the_words_of_each_product_stay_with_it(shop):
    """Two streams are read side by side: products with and without words, in two orders."""
    products = [
        replace(
            TEA,
            external_id=f"p{number}",
            title=f"P{number}",
            translations=(TranslationDraft(language="fr", title=f"F{number}"),) if number % 3 else (),
        )
        for number in range(50)
    ]
    with shop_scope(shop):
        store_products(products)
        found = {one.external_id: dict(one.titles) for one in list_features()}
    save_catalogue(shop)
    expected = {f"p{number}": {"fr": f"F{number}"} if number % 3 else {} for number in range(50)}
    assert found == expected
    with shop_scope(shop):
        ids = {one.external_id: one.public_id for one in list_features()}
    titles = {name: title_of(shop, public_id, "fr") for name, public_id in ids.items()}
    assert titles == {f"p{number}": f"F{number}" if number % 3 else f"P{number}" for number in range(50)}


def test_a_catalogue_that_lacks_a_column_serves_nobody(shop):
    store.save(shop, CATALOGUE, {"public_ids": np.array([1]), "available": np.array([True])}, {"languages": ["en"]})
    assert load_catalogue(shop) is None
    save_catalogue(shop)
    assert "price" in load_catalogue(shop).arrays


def test_the_night_writes_catalogues_anew_for_reductions_end_by_themselves(shop, other_shop):
    services.ask_trainings_of(services.hour_of(shop))
    assert shop in Due.objects.filter(kind="save_catalogue").values_list("shop_id", flat=True)
