"""Pages of the catalogue."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from shopconnect.accounts.types import Role
from shopconnect.catalog.models import ProductWord
from shopconnect.catalog.selectors import find_product_by_external_id, found_products
from shopconnect.catalog.services import delete_products, store_prices, store_products, store_stock
from shopconnect.connectors.types import PriceDraft, ProductDraft, StockDraft, TranslationDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.shops.conftest import make_member, signed_in


def draft(external_id: str, title: str, **fields) -> ProductDraft:
    return ProductDraft(
        **{"external_id": external_id, "title": title, "price": Decimal(24), "currency": "EUR", **fields}
    )


MUG = draft(
    "mug",
    "Mug en grès ocre",
    vendor="Atelier Nord",
    category=("Cuisine", "Tasses"),
    stock=Decimal(3),
    translations=(TranslationDraft(language="en", title="Ochre stoneware mug", category=("Kitchen", "Cups")),),
    variants=(
        VariantDraft(external_id="S", title="Small", sku="MG-0042"),
        VariantDraft(external_id="L", title="Large"),
    ),
)
BOWL = draft("bowl", "Bol bleu", available=False)
CUP = draft("cup", "陶器マグカップ")


@pytest.fixture
def catalogue(shop):
    with shop_scope(shop):
        store_products([MUG, BOWL, CUP])
    return shop


def titles(client, query: str) -> list[str]:
    return [row.external_id for row in client.get(f"/products/?{query}").context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["mug", "cup", "bowl"]),
        ("q=mug+ocre", ["mug"]),
        ("q=OCRE+gres", ["mug"]),
        ("q=stoneware", ["mug"]),
        ("q=mg+0042", ["mug"]),
        ("q=atelier+mu", ["mug"]),
        ("q=マグ", ["cup"]),
        ("q=mug+bleu", []),
        ("state=unavailable", ["bowl"]),
        ("state=nonsense", ["mug", "cup", "bowl"]),
        ("category=Tasses", ["mug"]),
        ("q=%00", ["mug", "cup", "bowl"]),
    ],
)
def test_products_are_found_by_words_in_any_order_with_or_without_accents(catalogue, query, found):
    assert titles(signed_in(make_member(catalogue, Role.SUPPORT)), query) == found


def test_words_follow_the_product(catalogue):
    client = signed_in(make_member(catalogue, Role.OWNER))
    with shop_scope(catalogue):
        store_products([draft("mug", "Tasse verte")])
    assert titles(client, "q=mug") == ["mug"]  # the platform's id
    assert titles(client, "q=ocre") == []
    assert titles(client, "q=verte") == ["mug"]


def test_products_that_were_in_before_are_found_too(catalogue):
    first = import_module("shopconnect.catalog.migrations.0002_product_words")
    second = import_module("shopconnect.catalog.migrations.0003_words_of_variants_and_categories")
    state = MigrationLoader(None).project_state(("catalog", "0002_product_words"))
    here = SimpleNamespace(connection=connection)
    with shop_scope(catalogue):
        words = set(ProductWord.objects.values_list("product_id", "word"))
        ProductWord.objects.all().delete()
        first.index_products(state.apps, here)
        second.index_variants_and_categories(state.apps, here)
        assert set(ProductWord.objects.values_list("product_id", "word")) == words != set()


def test_a_page_begins_after_the_row_that_its_address_names(shop):
    with shop_scope(shop):
        store_products([draft(f"p{number:03}", f"Product {number}") for number in range(120)])
    client = signed_in(make_member(shop, Role.OWNER))
    address, seen = "", []
    while True:
        page = client.get(f"/products/{address}")
        seen += [row.external_id for row in page.context["rows"]]
        address = page.context["next"]
        if not address:
            break
    assert seen == [f"p{number:03}" for number in reversed(range(120))]
    assert client.get("/products/?after=123").context["rows"] == ()
    assert client.get(f"/products/?after={'9' * 30}").status_code == 200


def test_a_longer_list_asks_no_more_of_the_database(shop):
    client = signed_in(make_member(shop, Role.OWNER))
    asked = []
    for number in range(3):
        with shop_scope(shop):
            store_products([draft(f"{number}-{one}", "Thing") for one in range(10)])
        with CaptureQueriesContext(connection) as queries:
            client.get("/products/")
        asked.append(len(queries))
    assert asked[1] == asked[2]


def test_row_level_security_lets_words_be_looked_up_by_their_index(catalogue):
    with shop_scope(catalogue), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = found_products("ocre mug").order_by("-id").explain()
    for word in ("ocre", "mug"):
        assert re.search(rf"Index Cond: .*word >= '{word}'::text.*word < '{word}", plan), plan


def test_the_file_holds_the_list_and_opens_as_a_table(catalogue):
    with shop_scope(catalogue):
        store_products([draft("evil", "=cmd|' /C calc'!A0", stock=Decimal("-1.5"))])
    answer = signed_in(make_member(catalogue, Role.ANALYST)).get("/products/products.csv?state=available")
    text = b"".join(answer.streaming_content).decode()
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert text.startswith("\ufeff")
    assert head[:2] == ["Product", "ID"]
    assert rows[0] == ["'=cmd|' /C calc'!A0", "evil", "", "", "24.00", "EUR", "-1.5", "Available"]
    assert [row[1] for row in rows] == ["evil", "mug", "cup"]


def test_support_takes_no_file_along(catalogue):
    assert signed_in(make_member(catalogue, Role.SUPPORT)).get("/products/products.csv").status_code == 403


def test_a_products_page_draws_its_prices_and_stock_and_says_the_same_as_tables(catalogue):
    before = now() - timedelta(days=60)
    with shop_scope(catalogue):
        store_prices(
            [
                PriceDraft(product="mug", variant="S", at=before, currency="EUR", price=Decimal(20)),
                PriceDraft(
                    product="mug", variant="S", at=before + timedelta(days=9), currency="EUR", price=Decimal(22)
                ),
            ]
        )
        levels = [("north", 1, 4), ("south", 2, 2), ("north", 3, 0)]
        store_stock(
            [
                StockDraft(
                    product="mug", variant="S", location=place, at=before + timedelta(days=day), level=Decimal(level)
                )
                for place, day, level in levels
            ]
        )
        product = find_product_by_external_id("mug")
    answer = signed_in(make_member(catalogue, Role.OWNER)).get(f"/products/{product.public_id}/")
    prices, stock = answer.context["charts"]
    assert [row.number for row in prices.rows] == ["€22.00", "€20.00"]
    assert [row.number for row in stock.rows] == ["2", "6", "4"]
    assert stock.title == "Stock: 2"
    assert "Ochre stoneware mug" in answer.content.decode()
    large = signed_in(make_member(catalogue, Role.ANALYST)).get(f"/products/{product.public_id}/?variant=L")
    assert large.context["found"].shown.external_id == "L"


def test_a_deleted_product_says_so_and_one_of_another_shop_is_not_there(catalogue, other_shop):
    with shop_scope(catalogue):
        delete_products({"mug": None})
        product = find_product_by_external_id("mug")
    client = signed_in(make_member(catalogue, Role.OWNER))
    assert "Deleted" in client.get(f"/products/{product.public_id}/").content.decode()
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    assert stranger.get(f"/products/{product.public_id}/").status_code == 404


def test_what_a_role_may_not_read_is_not_on_a_products_page(catalogue):
    with shop_scope(catalogue):
        address = f"/products/{find_product_by_external_id('mug').public_id}/"
    owner = signed_in(make_member(catalogue, Role.OWNER)).get(address)
    support = signed_in(make_member(catalogue, Role.SUPPORT)).get(address)
    assert [template for template, _ in owner.context["panels"]] == [
        "events/product.html",
        "products/product_panel.html",
    ]
    assert support.context["panels"] == []


def test_a_category_is_called_and_found_as_the_reader_calls_it(catalogue):
    client = signed_in(make_member(catalogue, Role.OWNER))
    assert "Kitchen › Cups" in client.get("/products/", headers={"accept-language": "en"}).content.decode()
    assert "Cuisine › Tasses" in client.get("/products/", headers={"accept-language": "fr"}).content.decode()
    assert titles(client, "category=Kitchen") == titles(client, "category=Cuisine") == ["mug"]
