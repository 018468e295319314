"""Bringing a folder in: everything of it, once, whatever happens in between."""

import os
import signal
import subprocess
import sys
from decimal import Decimal

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from shopconnect.catalog import selectors as catalog
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events import selectors as events
from shopconnect.orders import selectors as orders
from shopconnect.orders.models import Line, Order
from shopconnect.shops import selectors as shops
from shopconnect.shops.types import KeyKind
from shopconnect.sync import selectors
from shopconnect.sync.services import after_load, load_folder
from shopconnect.sync.types import FileCounts, RunState
from tests.shopconnect.sync.folders import CUSTOMERS, EVENTS, ORDERS, PRODUCTS, awkward_folder, plain_folder

FACT_TABLES = (
    "catalog_product",
    "catalog_variant",
    "catalog_translation",
    "catalog_priceentry",
    "catalog_stocksnapshot",
    "orders_customer",
    "orders_order",
    "orders_line",
    "orders_shipment",
    "events_event",
    "privacy_consent",
)


def all_rows(shop_id):
    with shop_scope(shop_id), connection.cursor() as cursor:
        found = {}
        for table in FACT_TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
        return found


def test_everything_in_a_folder_is_brought_in(db, tmp_path):
    report = load_folder("tea", awkward_folder(tmp_path / "in"))
    assert report.problems == ()
    assert {name: (count.lines, count.new) for name, count in report.counts.items()} == {
        "shop": (1, 0),
        "settings": (2, 2),
        "products": (3, 3),
        "prices": (1, 1),
        "stock": (3, 3),
        "customers": (2, 2),
        "orders": (7, 7),
        "consents": (4, 4),
        "events": (4, 4),
    }
    shop_id = shops.find_shop("tea")
    assert shop_id == report.shop_id
    assert shops.keys_of_shop(shop_id, KeyKind.DOMAIN) == ["the.example.fr"]
    with shop_scope(shop_id):
        assert shops.shop_profile().name == "Thés & Cie"
        assert shops.shop_settings() == {"diversity": {"cap": 2}, "banner": None}
        tea = next(product for product in catalog.list_features() if product.external_id == "tea")
        assert tea.titles == {"en": "Green tea"}
        assert tea.urls == {"en": "/en/tea"}
        assert (tea.price, tea.category) == (Decimal("4.5"), ("Boire", "Thé"))
        assert [product.external_id for product in catalog.list_features() if product.is_gift_card] == ["été"]
        counts = orders.count_orders()
        assert (counts.orders, counts.refunds, orders.count_lines(), counts.customers) == (5, 1, 6, 2)
        assert events.count_events().events == 4
        run = selectors.last_run()
        assert (run.state, run.source, run.problems) == (RunState.DONE, "files", ())
        assert run.counts == report.counts


def test_purchases_leave_out_tests_cancelled_orders_what_was_given_back_and_unknown_products(db, tmp_path):
    report = load_folder("tea", awkward_folder(tmp_path / "in"))
    with shop_scope(report.shop_id):
        ids = catalog.product_ids(["tea"])
        found = list(orders.iter_purchases())
        assert [(row.product_id, row.quantity) for row in found] == [(ids["tea"], 3), (ids["tea"], 1)]
        assert [row.buyer[0] for row in found] == ["p", "p"]
        assert found[0].buyer != found[1].buyer
        assert list(orders.iter_purchases(found[1].placed_at)) == found[:1]


def test_a_refund_is_a_row_that_names_its_order(db, tmp_path):
    report = load_folder("tea", awkward_folder(tmp_path / "in"))
    with shop_scope(report.shop_id):
        refund = Order.objects.get(kind="refund")
        assert (refund.refunds.external_id, refund.refunds.kind) == ("1", "order")
        assert refund.total_amount == Decimal("25")


def test_views_of_who_took_consent_back_are_not_learnt_from(db, tmp_path):
    report = load_folder("tea", awkward_folder(tmp_path / "in"))
    with shop_scope(report.shop_id):
        assert [(view.visit, view.product_external_id) for view in events.iter_views()] == [("v1", "tea")]


def test_loading_again_changes_nothing(db, tmp_path):
    folder = awkward_folder(tmp_path / "in")
    first = load_folder("tea", folder)
    before = all_rows(first.shop_id)
    second = load_folder("tea", folder)
    assert second.shop_id == first.shop_id
    assert not second.is_changed
    assert {name: count.same for name, count in second.counts.items()} == {
        name: count.lines for name, count in first.counts.items()
    }
    assert all_rows(first.shop_id) == before


def test_an_edited_order_replaces_its_lines(db, tmp_path):
    folder = awkward_folder(tmp_path / "in")
    load_folder("tea", folder)
    edited = ORDERS[0] | {"lines": [{"product": "pot", "quantity": 2, "price": "20.00"}], "shipments": []}
    report = load_folder("tea", plain_folder(tmp_path / "edited", orders=[edited]))
    assert report.counts["orders"] == FileCounts(lines=1, changed=1)
    with shop_scope(report.shop_id):
        order = Order.objects.get(kind="order", external_id="1")
        assert order.total_amount == Decimal("40")
        assert [(line.product_external_id, line.quantity) for line in order.lines.all()] == [("pot", 2)]
        assert order.shipments.count() == 0
        assert Order.objects.get(kind="refund").refunds_id == order.pk


def test_what_orders_name_is_linked_when_it_comes_later(db, tmp_path):
    early = load_folder("tea", plain_folder(tmp_path / "early", orders=ORDERS))
    with shop_scope(early.shop_id):
        assert Order.objects.filter(customer=None).count() == 7
        assert Line.objects.filter(product=None).count() == 5
    load_folder("tea", plain_folder(tmp_path / "late", products=PRODUCTS, customers=CUSTOMERS))
    with shop_scope(early.shop_id):
        strangers = Order.objects.filter(customer=None).order_by("placed_at")
        assert list(strangers.values_list("external_id", flat=True)) == ["2", "3", "6"]
        assert list(Line.objects.filter(product=None).values_list("product_external_id", flat=True)) == ["gone"]


def test_a_price_enters_the_ledger_when_it_changes_and_only_then(db, tmp_path):
    folder = plain_folder(tmp_path / "a", products=[PRODUCTS[0]])
    shop_id = load_folder("tea", folder).shop_id
    load_folder("tea", folder)
    plain_folder(folder, products=[PRODUCTS[0] | {"price": "5.00", "stock": 11}])
    load_folder("tea", folder)
    load_folder("tea", folder)
    with shop_scope(shop_id):
        product_level = [price.price for price in catalog.iter_prices() if not price.variant]
        assert product_level == [Decimal("4.5"), Decimal(5)]
        assert [stock.level for stock in catalog.iter_stock() if not stock.variant] == [12, 11]


def test_a_variant_that_is_gone_is_marked_and_kept(db, tmp_path):
    folder = plain_folder(tmp_path / "a", products=[PRODUCTS[0]])
    shop_id = load_folder("tea", folder).shop_id
    plain_folder(folder, products=[PRODUCTS[0] | {"variants": PRODUCTS[0]["variants"][:1]}])
    load_folder("tea", folder)
    with shop_scope(shop_id):
        variants = next(catalog.iter_products()).variants
        assert [(variant.external_id, variant.deleted_at is None) for variant in variants] == [
            ("100g", True),
            ("1kg", False),
        ]


def test_two_shops_with_the_same_folder_do_not_meet(db, tmp_path):
    folder = awkward_folder(tmp_path / "in")
    first, second = load_folder("one", folder), load_folder("two", folder)
    before = all_rows(first.shop_id)
    edit = {"products": [PRODUCTS[1] | {"title": "Autre"}], "orders": [ORDERS[0] | {"lines": []}]}
    load_folder("two", plain_folder(tmp_path / "edit", **edit))
    assert all_rows(first.shop_id) == before
    with shop_scope(second.shop_id):
        assert catalog.find_product_by_external_id("pot").title == "Autre"
        other = {row[0] for row in orders.iter_purchases()}
    with shop_scope(first.shop_id):
        assert len({row[0] for row in orders.iter_purchases()} - other) == 1


def test_the_demo_shop_may_also_stand_on_this_machine(db, tmp_path):
    shop_id = load_folder("demo", awkward_folder(tmp_path / "in"), is_demo=True).shop_id
    load_folder("demo", tmp_path / "in")
    assert shops.is_demo(shop_id)
    assert shops.keys_of_shop(shop_id, KeyKind.DOMAIN) == ["the.example.fr", "localhost", "127.0.0.1"]


def test_a_folder_without_a_shop_file_takes_the_currency_of_its_products(db, tmp_path):
    report = load_folder("bare", plain_folder(tmp_path / "in"))
    with shop_scope(report.shop_id):
        profile = shops.shop_profile()
        assert (profile.name, profile.currency, profile.timezone) == ("bare", "EUR", "UTC")


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "-a", "é", "a" * 61])
def test_a_bad_name_is_refused(db, tmp_path, name):
    with pytest.raises(Refusal, match="lowercase letters"):
        load_folder(name, plain_folder(tmp_path / "in"))
    assert list(shops.all_shops()) == []


def test_a_folder_that_is_no_shop_is_refused(db, tmp_path):
    for folder, code in ((tmp_path / "none", "no_folder"), (tmp_path, "no_shop_folder")):
        with pytest.raises(Refusal) as refused:
            load_folder("tea", folder)
        assert refused.value.code == code
    assert list(shops.all_shops()) == []


def test_a_file_that_is_there_twice_is_refused(db, tmp_path):
    folder = awkward_folder(tmp_path / "in")
    plain_folder(folder)
    with pytest.raises(Refusal, match="Remove one of them"):
        load_folder("tea", folder)
    assert list(shops.all_shops()) == []


def test_a_second_load_at_the_same_time_is_refused(db, tmp_path, owner_url):
    folder = plain_folder(tmp_path / "in")
    with psycopg.connect(owner_url) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('load_shop'), hashtext('tea'))")
        with pytest.raises(Refusal, match="Another import of tea is running"):
            load_folder("tea", folder)
        assert list(shops.all_shops()) == []
        other.execute("SELECT pg_advisory_unlock_all()")
        assert load_folder("tea", folder).counts["products"].new == 1


def test_what_is_wrong_is_said_in_the_language_of_who_reads(db, tmp_path):
    report = load_folder("tea", plain_folder(tmp_path / "in", orders=[{"id": "1"}]))
    assert report.problems[0].sentence == '"placed_at" is missing.'
    with translation.override("fr"), shop_scope(report.shop_id):
        assert selectors.last_run().problems[0].sentence == "«\u00a0placed_at\u00a0» manque."


def test_listeners_are_told_when_something_changed(db, tmp_path, new_room):
    told = []
    after_load("test", told.append)
    folder = plain_folder(tmp_path / "in")
    shop_id = load_folder("tea", folder).shop_id
    load_folder("tea", folder)
    assert told == [shop_id]


def test_listeners_are_told_after_a_load_that_was_cut_short(db, tmp_path, new_room):
    told = []
    after_load("test", told.append)
    folder = awkward_folder(tmp_path / "in")

    def stop_at_events(file, *_):
        if file == "events":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_folder("tea", folder, progress=stop_at_events)
    assert told == []
    shop_id = load_folder("tea", folder).shop_id
    assert told == [shop_id]
    with shop_scope(shop_id):
        assert [run.state for run in selectors.list_runs(2)] == [RunState.DONE, RunState.STOPPED]


KILL_AT_ORDERS = """
import os, signal, sys, django
from pathlib import Path
django.setup()
from shopconnect.sync.services import load_folder
def die(file, done, total):
    if file == "orders":
        os.kill(os.getpid(), signal.SIGKILL)
load_folder("tea", Path(sys.argv[1]), progress=die)
"""


@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_killed_is_finished_by_the_next(tmp_path):
    many = [ORDERS[0] | {"id": str(number)} for number in range(1, 1500)]
    folder = plain_folder(tmp_path / "in", products=PRODUCTS, customers=CUSTOMERS, orders=many, events=EVENTS)
    killed = subprocess.run(
        [sys.executable, "-c", KILL_AT_ORDERS, str(folder)], env={**os.environ, "PYTHONPATH": os.getcwd()}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    shop_id = shops.find_shop("tea")
    with shop_scope(shop_id):
        stored = Order.objects.count()
        assert 0 < stored < 1499
        assert Line.objects.count() == 2 * stored
        assert selectors.last_run().state == RunState.RUNNING
    report = load_folder("tea", folder)
    assert (report.counts["orders"].new, report.counts["orders"].same) == (1499 - stored, stored)
    with shop_scope(shop_id):
        assert Order.objects.count() == 1499
        assert Line.objects.count() == 2 * 1499
        assert len(list(catalog.iter_prices())) == 5
