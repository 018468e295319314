"""Owners decide on proposals and analysts read them; whoever looks sees why, or what is missing."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from recommender.prices.models import PriceSetting
from recommender.prices.proposals import deciding
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import PriceSettings, ProposalState
from recommender.prices.types import PriceGoal
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import ProductDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.makers import make_shop
from tests.recommender.prices.shops import MUGS, PRICES, reprice, sell_on, stock_mugs
from tests.shopconnect.api.conftest import caller  # noqa: F401
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told  # noqa: F401

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

PATH, API = "/prices/proposals/", "/api/v1/price-proposals"
RULES = {
    "largest_step": 5,
    "least_margin": 20,
    "ceiling": 120,
    "daily_limit": 3,
    "weekly_limit": 9,
    "endings": ".50, .90",
    "freeze_days": 30,
    "tax": "",
    "goal": "profit",
}


@pytest.fixture
def priced(installed: ShopId) -> ShopId:  # noqa: F811
    learn_price_proposals(stock_mugs(installed))
    return installed


def found(shop_id: ShopId):
    return deciding.list_proposals(shop_id, list(ProposalState), 0, 100, "en")


def seen(client, path: str = PATH) -> str:
    return client.get(path).content.decode()


def test_a_proposal_names_the_variants_as_the_shop_does(installed, caller):  # noqa: F811
    stock_mugs(installed)
    sizes = [VariantDraft(external_id=f"1-{at}", title=f"{at}00 ml", price=PRICES[0], cost=Decimal(3)) for at in (1, 2)]
    with shop_scope(installed):
        mug = ProductDraft(
            external_id="1", title="Red", price=PRICES[0], cost=Decimal(3), currency="EUR", variants=tuple(sizes)
        )
        store_products([replace(mug, updated_at=now())])
    learn_price_proposals(installed)
    one = next(one for one in found(installed) if one.title == "Red")
    page = seen(signed_in(make_member(installed, Role.OWNER, "owner@x.example")), f"{PATH}{one.public_id}/")
    assert ">100\u00a0ml</th>" in page
    assert ">200\u00a0ml</th>" in page


def test_what_is_proposed_is_shown_with_its_reasons_and_decided(priced, caller):  # noqa: F811
    owner, analyst = (signed_in(make_member(priced, role, f"{role}@x.example")) for role in (Role.OWNER, Role.ANALYST))
    page = seen(owner)
    assert all(name.title() in page for name in MUGS)
    assert "€11.90" in page
    assert "No cost is known</a> (1)" in page
    assert "Red" not in seen(owner, f"{PATH}?way=down")
    assert "Approve the selected ones" not in seen(analyst)
    first = found(priced)[0]
    why = seen(analyst, f"{PATH}{first.public_id}/")
    assert "Never below cost" in why
    assert "Lowest price of 30 days, from which an announced reduction must start: today €10.90, then €10.90" in why
    assert "Costless" in seen(analyst, f"{PATH}without/no_cost/")
    assert analyst.post(f"{PATH}decide/", {"proposal": first.public_id}).status_code == 403
    owner.post(f"{PATH}decide/", {"proposal": first.public_id, "verb": "approve", "on": "2027-03-01"})
    assert found(priced)[0].state == ProposalState.SCHEDULED
    assert "for 1 March" in seen(owner, f"{PATH}?tab=coming")
    owner.post(f"/prices/take-back/{first.public_id}/")
    assert found(priced)[0].state == ProposalState.PROPOSED
    owner.post(f"{PATH}decide/", {"proposal": [one.public_id for one in found(priced)[:2]], "verb": "reject"})
    assert [one.state.value for one in found(priced)].count("rejected") == 2
    assert "Select at least one proposal" in owner.post(f"{PATH}decide/", {}, follow=True).content.decode()
    rows = list(csv.DictReader(io.StringIO(b"".join(owner.get("/prices/proposals.csv").streaming_content).decode())))
    assert len(rows) == len(MUGS) - 2
    answer = caller(priced).get(API, {"state": "proposed"}).json()["data"]
    assert [(one["price"], one["proposed_price"]) for one in answer] == [("10.90", "11.90")] * 2
    assert caller(priced, ["read:orders"]).get(API).status_code == 403
    assert caller(priced).get(API, {"state": "x"}).status_code == 400


def test_rules_are_kept_and_hold_and_bad_ones_are_told(priced):
    owner = signed_in(make_member(priced, Role.OWNER))
    owner.post("/prices/proposals/rules/set/", RULES)
    page = seen(owner, "/prices/proposals/rules/")
    assert 'value="50 90"' in page
    learn_price_proposals(priced)
    assert all(abs(one.rise) <= 0.05 for one in found(priced))
    yesterday = (now() - timedelta(days=1)).date()
    bad_ones = {"largest_step": "90", "endings": "9", "tax": "60", "goal": "fame", "clear_by": "soon"}
    for name, bad in bad_ones.items():
        answer = owner.post("/prices/proposals/rules/set/", RULES | {"goal_words": "Typed", name: bad})
        assert answer.status_code == 400
        assert 'value="Typed"' in answer.content.decode()
        assert name == "goal" or f'value="{bad}"' in answer.content.decode()
        assert 'value="50 90"' in seen(owner, "/prices/proposals/rules/")
    for day in ("", yesterday.isoformat()):
        wanted = RULES | {"goal": "clearing", "clear_by": day}
        answer = owner.post("/prices/proposals/rules/set/", wanted).content.decode()
        assert "Choose the date by which everything should be sold" in answer
        assert '<option value="clearing" selected>' in answer
    owner.post("/prices/proposals/rules/set/", RULES | {"is_stopped": "1"})
    assert "Price proposals are stopped" in seen(owner)


def test_a_goal_for_some_products_is_told_on_the_page_in_the_file_and_in_the_api(priced, caller):  # noqa: F811
    owner = signed_in(make_member(priced, Role.OWNER))
    owner.post("/prices/proposals/rules/set/", RULES | {"largest_step": 10, "goal": "revenue", "goal_words": "Red"})
    rules = seen(owner, "/prices/proposals/rules/")
    assert '<option value="revenue" selected>' in rules
    assert 'value="Red"' in rules
    learn_price_proposals(priced)
    goals = {one.title: one.found.goal for one in found(priced)}
    assert {title for title, goal in goals.items() if goal == PriceGoal.REVENUE} == {"Red"}
    assert "revenue, in 28 days" in seen(owner)
    red = next(one for one in found(priced) if one.title == "Red")
    assert "Extra revenue: " in seen(owner, f"{PATH}{red.public_id}/")
    rows = list(
        csv.DictReader(io.StringIO(b"".join(owner.get("/prices/proposals.csv").streaming_content).decode("utf-8-sig")))
    )
    assert {row["Product"]: row["Goal"] for row in rows}["Red"] == "revenue"
    answer = caller(priced).get(API).json()["data"]
    assert {one["title"]: (one["goal"], one["days"]) for one in answer}["Red"] == ("revenue", 28)


def test_clearing_lasts_until_its_day_and_then_prices_aim_at_profit(priced):
    reprice(priced, "red", PRICES[0], stock=900)
    day = now().date() + timedelta(days=20)
    rules = PriceSettings(goal=PriceGoal.CLEARING, clear_by=day, goal_words="Red")
    deciding.choose_price_settings(priced, 1, rules)
    learn_price_proposals(priced)
    red = next(one for one in found(priced) if one.title == "Red")
    assert (red.found.goal, red.found.days) == (PriceGoal.CLEARING, 20)
    with shop_scope(priced):
        PriceSetting.objects.update(clear_by=now().date() - timedelta(days=1))
    learn_price_proposals(priced)
    assert {one.found.goal for one in found(priced)} == {PriceGoal.PROFIT}


def test_what_is_missing_is_said(db):
    empty = make_shop("empty")
    owner = signed_in(make_member(empty, Role.OWNER))
    assert "No sales yet" in seen(owner)
    learn_price_proposals(empty)
    assert "Too little is known to propose prices" in seen(owner)


def test_where_weeks_suffice_and_prices_never_moved_no_older_orders_are_asked_for(db):
    shop = make_shop("still")
    reprice(shop, "still", PRICES[0])
    for week in range(1, 41):
        sell_on(shop, "still", 60, PRICES[0], 7 * week)
    learn_price_proposals(shop)
    owner = signed_in(make_member(shop, Role.OWNER), headers={"accept-language": "fr"})
    page = seen(owner)
    assert "Aucun produit ne s’est vendu à trois prix sur 20 semaines." in page
    assert "semaines de ventes sont connues" not in page
    assert "Importer des commandes plus anciennes" not in page
    assert 'href="/prices/proposals/tests/">Voir les prix qui méritent un test</a>' in page
    assert "Still" in seen(owner, f"{PATH}tests/")
