"""Prices that were changed here reach the shop together, and the merchant reads what became of each."""

from decimal import Decimal

import pytest

from recommender.prices.services import ask_price_change
from recommender.prices.types import PriceRequest
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id, list_variants
from shopconnect.connectors.woocommerce import client
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import outbox
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import pass_time, work_through

pytestmark = pytest.mark.usefixtures("nobody_is_woken")


def ask(shop_id, row, price: str) -> None:
    with shop_scope(shop_id):
        product = find_product_by_external_id(str(row.get("parent_id") or row["id"]))
        variant = next(one for one in list_variants(product.id) if one.external_id == str(row["id"]))
    request = PriceRequest(
        product_public_id=product.public_id,
        variant=variant.external_id,
        price=Decimal(price),
        compare_at_price=None,
        currency="EUR",
    )
    ask_price_change(shop_id, None, request, f"key-{row['id']}")


def test_what_was_asked_for_goes_together_and_each_refusal_is_read(tea, kept):
    pots = [row for row in tea.store.rows("product") if not row["variations"]][:4]
    variation = tea.store.rows("variation")[0]
    tea.refusals[pots[1]["id"]] = "Ce prix n&#039;est pas permis."
    for row in (*pots, variation):
        ask(kept, row, "88.00")
    with tea.store.changing("product", pots[2]):  # meanwhile somebody else was faster
        pots[2]["price"] = pots[2]["regular_price"] = "5.00"
    tea.asked.clear()
    work_through(kept, outbox.KIND)
    sent = [one.partition("?")[0] for one in tea.asked if one.startswith("POST")]
    assert sent == ["POST /wc/v3/products/batch", f"POST /wc/v3/products/{variation['parent_id']}/variations/batch"]
    assert [row["price"] for row in (pots[0], pots[3], variation)] == ["88.00"] * 3
    assert (pots[1]["price"], pots[2]["price"]) == (pots[1]["regular_price"], "5.00")
    page = signed_in(make_member(kept, Role.OWNER, "zoe@example.com")).get("/prices/", secure=True).content.decode()
    assert "Ce prix n&#x27;est pas permis." in page
    with shop_scope(kept):
        assert find_product_by_external_id(str(pots[0]["id"])).price_amount == 88


def test_a_shop_that_breaks_down_is_sent_them_once_more(tea, kept, monkeypatch):
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.0)
    pot = next(row for row in tea.store.rows("product") if not row["variations"])
    ask(kept, pot, "88.00")
    tea.wall = 503
    work_through(kept, outbox.KIND, turns=1)
    assert pot["price"] != "88.00"
    tea.wall = None
    pass_time(kept)
    work_through(kept, outbox.KIND)
    assert pot["price"] == "88.00"
