"""Prices go out together, and what came of each is told by itself."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shopconnect.connectors.base import PriceChange, ResourceType
from shopconnect.connectors.texts import OTHER_CURRENCY, OTHER_PRICE, PRODUCT_GONE
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce import client


def connect(source):
    return source.platform.connect(source.shop, source.tokens)


def change_of(row, price="99.50", **more) -> PriceChange:
    product = str(row.get("parent_id") or row["id"])
    told = {"compare_at_price": None, "expected": Decimal(row["price"]), "currency": "EUR", **more}
    return PriceChange(product=product, variant=str(row["id"]), price=Decimal(price), **told)


def batches(source) -> list[str]:
    return [one.partition("?")[0] for one in source.double_shop.asked if "/batch" in one]


def test_a_hundred_go_with_one_call_and_each_products_variations_with_one(source):
    pots = [source.store.add_product(f"More {number}") for number in range(120)]
    tea = next(row for row in source.store.rows("product") if row["variations"])
    sold = [*pots, *source.store.variations_of(tea)]
    receipts = connect(source).push_prices([change_of(one) for one in sold])
    assert [receipt.reference for receipt in receipts if receipt.is_done] == [str(one["id"]) for one in sold]
    assert batches(source) == ["POST /wc/v3/products/batch"] * 2 + [
        f"POST /wc/v3/products/{tea['id']}/variations/batch"
    ]
    assert {one["price"] for one in sold} == {"99.50"}
    assert not any(one.startswith("PUT") for one in source.double_shop.asked)


def test_each_items_own_trouble_is_told_in_words_and_holds_up_no_other(source):
    fine, refused, dearer, foreign, trashed = (source.store.add_product(f"Pot {number}") for number in range(5))
    source.double_shop.refusals[refused["id"]] = "<strong>Error:</strong> Ce prix n&#039;est pas permis."
    source.store.trash("product", trashed)
    changes = [
        change_of(fine),
        change_of(refused),
        change_of(dearer, expected=Decimal(3)),
        change_of(foreign, currency="USD"),
        change_of(trashed),
        replace(change_of(fine), variant="4294967295", product="4294967295"),
        replace(change_of(fine), variant="hello"),
    ]
    receipts = connect(source).push_prices(changes)
    assert [receipt.is_done for receipt in receipts] == [True, *[False] * 6]
    told = [receipt.refusal for receipt in receipts[1:]]
    assert told[0] == "Error: Ce prix n'est pas permis."
    assert told[1:] == [OTHER_PRICE, OTHER_CURRENCY, PRODUCT_GONE, PRODUCT_GONE, PRODUCT_GONE]
    assert (fine["price"], refused["price"], dearer["price"]) == ("99.50", "10.00", "10.00")


def test_what_was_sent_and_whose_answer_was_lost_is_found_done(source):
    pots = [source.store.add_product(f"Pot {number}") for number in range(3)]
    changes = [change_of(one, compare_at_price=Decimal(120)) for one in pots]
    assert all(receipt.is_done for receipt in connect(source).push_prices(changes))
    told = [(one["regular_price"], one["sale_price"], one["date_modified_gmt"]) for one in pots]
    assert {pair[:2] for pair in told} == {("120.00", "99.50")}
    assert all(receipt.is_done for receipt in connect(source).push_prices(changes))
    assert [(one["regular_price"], one["sale_price"], one["date_modified_gmt"]) for one in pots] == told
    assert len(batches(source)) == 1


def test_a_small_machine_is_sent_fewer_at_once(source, monkeypatch):
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.0)
    pots = [source.store.add_product(f"Pot {number}") for number in range(60)]
    source.double_shop.bears = 30
    connection = connect(source)
    assert all(receipt.is_done for receipt in connection.push_prices([change_of(one) for one in pots]))
    assert len(batches(source)) == 3


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"update": []}', b'{"update": [{"id": 1}]}'])
def test_an_answer_without_a_word_on_each_is_no_yes(source, body):
    pot = source.store.add_product("Pot")
    connection = connect(source)
    connection.fetch(ResourceType.PRODUCT, [str(pot["id"])])
    shop = source.double_shop
    shop.meanwhile = lambda: (
        shop.failures.append((200, {"Content-Type": "application/json"}, body)) if "/batch" in shop.asked[-1] else None
    )
    with pytest.raises(ConnectorError) as told:
        connection.push_prices([change_of(pot)])
    assert not told.value.permanent
