"""Rows of a shop in our words."""

from decimal import Decimal

import pytest

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.types import OrderKind


def fetch(source, resource, *rows):
    connection = source.platform.connect(source.shop, source.tokens)
    return connection.fetch(resource, [str(row["id"]) for row in rows])


def product(source, row):
    return fetch(source, ResourceType.PRODUCT, row).drafts[0]


def test_a_product_with_variations_comes_with_their_prices_stock_and_way(source):
    row = next(one for one in source.store.rows("product") if one["variations"])
    draft = product(source, row)
    assert (draft.price, draft.stock, draft.category) == (Decimal("19.00"), Decimal(3), ("Teas", "Green & white"))
    assert [(one.title, one.price, one.stock) for one in draft.variants] == [
        ("Size 1", Decimal("19.00"), Decimal(1)),
        ("Size 2", Decimal("34.50"), Decimal(2)),
    ]
    assert draft.available


def test_a_product_that_counts_for_its_variations_is_counted_once(source):
    row = source.store.add_variable("Shared", ["5.00", "6.00"], manage_stock=True, stock_quantity=8)
    for one in source.store.variations_of(row):
        one |= {"manage_stock": "parent", "stock_quantity": 8}
    draft = product(source, row)
    assert (draft.stock, [one.stock for one in draft.variants]) == (Decimal(8), [None, None])


def test_a_reduction_is_told_by_what_it_was(source):
    row = source.store.add_product("Pot", "9.00", regular_price="12.50", sale_price="9.00", stock=2)
    (variant,) = product(source, row).variants
    assert (variant.price, variant.compare_at_price, variant.external_id) == (9, Decimal("12.50"), str(row["id"]))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "private"},
        {"catalog_visibility": "hidden"},
        {"stock_status": "outofstock"},
        {"purchasable": False},
        {"post_password": "secret"},
    ],
)
def test_what_nobody_can_buy_is_not_available(source, fields):
    row = source.store.add_product("Pot", **fields)
    assert not product(source, row).available


def test_words_come_without_tags_and_entities(source):
    row = source.store.add_product(
        "Salt &amp; pepper", description="<p>For <b>tables</b></p>", brands=[{"id": 3, "name": "Mill &#038; Co"}]
    )
    draft = product(source, row)
    assert (draft.title, draft.description, draft.vendor) == ("Salt & pepper", "For tables", "Mill & Co")


def test_what_a_plugin_bent_stops_nothing(source):
    bent = source.store.add_product("Bent", price="", regular_price="", tags=False, images="", stock_quantity="3.5")
    bent |= {"manage_stock": True, "date_modified_gmt": None, "variations": {"0": 99999}}
    broken = source.store.add_product("Broken", categories=[{"name": "no id"}])
    found = fetch(source, ResourceType.PRODUCT, bent, broken)
    assert [(one.title, one.price, one.stock) for one in found.drafts] == [("Bent", 0, Decimal("3.5"))]
    assert found.missing == ()


@pytest.mark.parametrize(("is_gross", "price"), [(True, Decimal("12.00")), (False, Decimal("10.00"))])
def test_lines_are_in_the_prices_that_shoppers_saw(source, is_gross, price):
    source.store.prices_include_tax = is_gross
    pot = source.store.add_product("Pot", "10.00")
    order = source.store.add_order([(pot, 3)])
    order["line_items"][0] |= {"subtotal_tax": "6.00", "total": "27.00", "total_tax": "5.40"}
    (draft,) = fetch(source, ResourceType.ORDER, order).drafts
    (line,) = draft.lines
    assert (line.price, line.total) == (price, Decimal("32.40") if is_gross else Decimal("27.00"))


@pytest.mark.parametrize(("quantity", "total"), [(3, "10.00"), (7, "0.01"), ("2.5", "9.99"), (1, "0.00")])
def test_a_line_costs_to_the_cent_what_was_paid_for_it(source, quantity, total):
    order = source.store.add_order([(source.store.add_product("Pot"), 1)])
    order["line_items"][0] |= {"quantity": quantity, "subtotal": total, "total": total}
    (line,) = fetch(source, ResourceType.ORDER, order).drafts[0].lines
    assert line.total == Decimal(total)
    assert line.discount >= 0
    assert line.price * line.quantity == (line.price * line.quantity).quantize(Decimal("0.000001"))


def test_a_refund_gives_back_its_lines_and_money_beyond(source):
    pot = source.store.add_product("Pot", "10.00")
    order = source.store.add_order([(pot, 3)], email="guest@example.com")
    refund = source.store.refund(order, 2, beyond="1.50")
    sold, back = fetch(source, ResourceType.ORDER, order).drafts
    assert (back.kind, back.refunds, back.external_id) == (OrderKind.REFUND, sold.external_id, str(refund["id"]))
    assert [(line.product, line.quantity, line.total) for line in back.lines] == [
        (str(pot["id"]), 2, Decimal("20.00")),
        (f"refund-{refund['id']}", 1, Decimal("1.50")),
    ]


def test_a_guest_is_known_by_the_address_alone_and_who_was_erased_by_none(source):
    order = source.store.add_order([(source.store.add_product("Pot"), 1)], email="guest@example.com")
    (draft,) = fetch(source, ResourceType.ORDER, order).drafts
    assert (draft.customer, draft.email) == ("", "guest@example.com")
    source.store.erase_person(order)
    (draft,) = fetch(source, ResourceType.ORDER, order).drafts
    assert (draft.customer, draft.email) == ("", "")


@pytest.mark.parametrize(
    ("status", "is_bought"), [("processing", True), ("on-hold", True), ("pending", False), ("failed", False)]
)
def test_an_order_counts_as_in_the_shops_own_reports(source, status, is_bought):
    order = source.store.add_order([(source.store.add_product("Pot"), 1)], status=status)
    (draft,) = fetch(source, ResourceType.ORDER, order).drafts
    assert (draft.status, draft.cancelled_at is None) == (status, is_bought)


def test_a_checkout_that_is_being_filled_in_is_no_order(source):
    cart = source.store.add_order([(source.store.add_product("Pot"), 1)], status="checkout-draft")
    found = fetch(source, ResourceType.ORDER, cart)
    assert (found.drafts, found.missing) == ((), (str(cart["id"]),))
    connection = source.platform.connect(source.shop, source.tokens)
    assert str(cart["id"]) not in connection.list_ids(ResourceType.ORDER).items


def test_nothing_is_asked_for_that_tells_more_of_a_person(source):
    fetch(source, ResourceType.ORDER, *source.store.rows("order"))
    fetch(source, ResourceType.CUSTOMER, *source.store.rows("customer"))
    told = [one for one in source.double_shop.asked if "/orders" in one or "/customers" in one]
    assert told
    private = ("customer_ip_address", "customer_user_agent", "order_key", "payment_url", "meta_data", "first_name")
    assert [one for one in told if "_fields=" not in one or any(name in one for name in private)] == []


# Languages


def in_two_languages(source, plugin):
    source.double_shop.plugins = (plugin,)
    french = source.store.add_product("Théière", lang="fr")
    english = source.store.add_product("Teapot", lang="en")
    french["translations"] = english["translations"] = {"fr": french["id"], "en": str(english["id"])}
    return french, english


@pytest.mark.parametrize("plugin", ["wpml/v1", "pll/v1"])
def test_a_product_in_two_languages_is_one(source, plugin):
    french, english = in_two_languages(source, plugin)
    for asked in (french, english):
        draft = product(source, asked)
        assert (draft.external_id, draft.title) == (str(french["id"]), "Théière")
        assert [(one.language, one.title) for one in draft.translations] == [("en", "Teapot")]
    connection = source.platform.connect(source.shop, source.tokens)
    listed = connection.list_ids(ResourceType.PRODUCT).items
    assert (str(french["id"]) in listed, str(english["id"]) in listed) == (True, False)
    with source.store.changing("product", english):
        english["name"] = "Tea pot"
    (draft,) = connection.list_changed(ResourceType.PRODUCT, source.store.at).items
    assert (draft.external_id, draft.translations[0].title) == (str(french["id"]), "Tea pot")


@pytest.mark.parametrize(("plugin", "is_told"), [("wpml/v1", True), ("pll/v1", False)])
def test_a_product_in_two_languages_counts_once_or_nobody_says_how_many_there_are(source, plugin, is_told):
    in_two_languages(source, plugin)
    connection = source.platform.connect(source.shop, source.tokens)
    listed = len(connection.list_ids(ResourceType.PRODUCT).items)
    assert connection.count(ResourceType.PRODUCT) == (listed if is_told else 0)


@pytest.mark.parametrize("plugin", ["wpml/v1", "pll/v1"])
def test_what_was_bought_in_another_language_is_the_same_product(source, plugin):
    french, english = in_two_languages(source, plugin)
    order = source.store.add_order([(english, 2), (french, 1)])
    (draft,) = fetch(source, ResourceType.ORDER, order).drafts
    assert {line.product for line in draft.lines} == {str(french["id"])}
