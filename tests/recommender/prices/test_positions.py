"""What a competitor asks bounds a price, and products of a family keep the order of theirs."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recommender.prices.models import PricePosition
from recommender.prices.positions.families import family_bounds
from recommender.prices.proposals import deciding
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import PriceSettings, ProposalState
from recommender.prices.types import PriceLimit, ProductPosition
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import list_products
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.makers import make_shop
from tests.recommender.prices.shops import IDS, MUGS, reprice, stock_mugs
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told  # noqa: F401

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

OWNER = 1
HEAD = "Product ID,SKU,Competitor’s price,Family\n"


def send(client, text: str) -> str:
    file = SimpleUploadedFile("table.csv", text.encode(), "text/csv")
    return client.post("/prices/positions/", {"table": file}, follow=True).content.decode()


def proposed(shop_id: ShopId) -> dict[str, Decimal]:
    learn_price_proposals(shop_id)
    found = deciding.list_proposals(shop_id, [ProposalState.PROPOSED], 0, 100, "en")
    return {one.title: one.found.proposed.price for one in found}


@pytest.fixture
def mugs(installed: ShopId) -> ShopId:  # noqa: F811
    return stock_mugs(installed)


def test_the_table_goes_out_is_filled_in_and_comes_back(mugs):
    owner, analyst = (signed_in(make_member(mugs, role, f"{role}@x.example")) for role in (Role.OWNER, Role.ANALYST))
    answer = send(owner, f"{HEAD}{IDS['red']},,11.50,Everyday\n{IDS['blue']},,-1,\n999,,3,\n")
    assert "Table imported: 1 product." in answer
    assert "2 lines were skipped. The first is line 3" in answer
    page = b"".join(analyst.get("/prices/positions.csv").streaming_content).decode("utf-8-sig")
    rows = {row["Product"]: row for row in csv.DictReader(io.StringIO(page))}
    assert set(rows) == {name.title() for name in IDS}
    assert (rows["Red"]["Price"], rows["Red"]["Competitor’s price"], rows["Red"]["Family"]) == (
        "10.90",
        "11.50",
        "Everyday",
    )
    send(owner, page.replace("11.50", '"11,20"'))
    with shop_scope(mugs):
        assert [row.competitor_amount for row in PricePosition.objects.all()] == [Decimal("11.2")]
    send(owner, f"{HEAD}{IDS['red']},,,\n")
    with shop_scope(mugs):
        assert not PricePosition.objects.exists()
    assert "The file needs a column" in send(owner, "Colour,Family\nred,Everyday\n")
    file = SimpleUploadedFile("table.csv", HEAD.encode(), "text/csv")
    assert analyst.post("/prices/positions/", {"table": file}).status_code == 403


def test_no_price_is_proposed_above_the_share_of_a_competitors_while_it_is_fresh(mugs):
    owner = signed_in(make_member(mugs, Role.OWNER))
    send(owner, f"{HEAD}{IDS['red']},,11.50,\n")
    assert proposed(mugs)["Red"] == Decimal("11.90")  # no share was chosen
    deciding.choose_price_settings(mugs, OWNER, PriceSettings(competitor_percent=100))
    assert "Red" not in proposed(mugs)
    assert proposed(mugs)["Blue"] == Decimal("11.90")
    deciding.choose_price_settings(mugs, OWNER, PriceSettings(competitor_percent=104))
    assert proposed(mugs)["Red"] == Decimal("11.90")
    deciding.choose_price_settings(mugs, OWNER, PriceSettings(competitor_percent=100))
    with shop_scope(mugs):
        PricePosition.objects.update(told_at=now() - timedelta(days=31))
    assert proposed(mugs)["Red"] == Decimal("11.90")


def test_products_of_a_family_do_not_pass_each_other(mugs):
    reprice(mugs, "blue", Decimal("12.10"))
    owner = signed_in(make_member(mugs, Role.OWNER))
    send(owner, f"{HEAD}{IDS['red']},,,Everyday\n{IDS['blue']},,,everyday\n")
    assert Decimal("10.90") < proposed(mugs)["Red"] <= Decimal("11.50")  # half way to 12.10
    send(owner, f"{HEAD}{IDS['red']},,,\n")
    assert proposed(mugs)["Red"] == Decimal("11.90")


def test_whatever_is_approved_the_order_stays_and_equal_prices_too(db):
    shop = make_shop("order")
    stock_mugs(shop)
    for name, price in zip(MUGS, ("9.90", "10.90", "10.90", "12.90"), strict=True):
        reprice(shop, name, Decimal(price))
    with shop_scope(shop):
        products = list_products()
    ids = {product.title.lower(): product.id for product in products}
    bounds = family_bounds(products, {ids[name]: ProductPosition(family="Mugs") for name in MUGS})
    assert {name: bounds[ids[name]] for name in MUGS} == {
        "red": (0, 1040),
        "blue": (1090, 1090),
        "green": (1090, 1090),
        "white": (1191, None),
    }
    assert bounds.keys() == {ids[name] for name in MUGS}


def test_a_proposal_says_what_the_competitor_and_the_family_did(mugs):
    owner = signed_in(make_member(mugs, Role.OWNER))
    send(owner, f"{HEAD}{IDS['red']},,12.50,Everyday\n")
    deciding.choose_price_settings(mugs, OWNER, PriceSettings(competitor_percent=100))
    learn_price_proposals(mugs)
    found = deciding.list_proposals(mugs, [ProposalState.PROPOSED], 0, 100, "en")
    red = next(one for one in found if one.title == "Red")
    limits = {effect.limit: effect for effect in red.found.limits}
    assert limits[PriceLimit.COMPETITOR].amount == Decimal("12.5")
    assert PriceLimit.FAMILY in limits
    page = owner.get(f"/prices/proposals/{red.public_id}/").content.decode()
    assert "Beside the competitor’s price" in page
    assert "Order of prices in the family" in page
