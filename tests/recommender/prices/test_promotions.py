"""What a reduction may say, what a planned promotion would bring, and what one brought."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from recommender.prices.models import PriceProposal, PromotedProduct, Promotion
from recommender.prices.promotions import deciding
from recommender.prices.promotions.judging import judge_promotions
from recommender.prices.promotions.types import AFTER_DAYS, ClaimState, PromotionStage, PromotionWish
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.types import PriceLimit
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_prices, store_products
from shopconnect.connectors.types import PriceDraft, ProductDraft, VariantDraft
from shopconnect.core.clock import known_timezone, now, today
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.orders.models import Order
from shopconnect.shops.selectors import shop_profile
from tests.makers import make_shop
from tests.recommender.prices.shops import IDS, MUGS, PRICES, sell_on, stock_mugs
from tests.shopconnect.api.conftest import caller  # noqa: F401
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told  # noqa: F401

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

OWNER, DAY = 7, timedelta(days=1)
PATH = "/prices/promotions/"


def day_of(shop_id: ShopId) -> date:
    with shop_scope(shop_id):
        return today(known_timezone(shop_profile().timezone))


def wish(shop_id: ShopId, **changed: object) -> PromotionWish:
    first = day_of(shop_id) + 10 * DAY
    plain = PromotionWish(name="Winter", words="", starts_on=first, ends_on=first + 13 * DAY, percent=20)
    return replace(plain, **changed)


def lamp(shop_id: ShopId, prices: list[tuple[int, str, str | None]], name: str = "lamp") -> None:
    """Sell a lamp whose ledger has a price, and what was crossed out beside it, from so many days ago each."""
    _days, price, crossed = prices[-1]
    crossed_out = None if crossed is None else Decimal(crossed)
    only = VariantDraft(external_id="a", price=Decimal(price), compare_at_price=crossed_out)
    draft = ProductDraft(external_id=name, title=name.title(), price=Decimal(price), currency="EUR", variants=(only,))
    with shop_scope(shop_id):
        store_products([draft])
        store_prices(
            [
                PriceDraft(
                    product=name,
                    variant="a",
                    at=now() - days * DAY,
                    currency="EUR",
                    price=Decimal(asked),
                    compare_at_price=None if beside is None else Decimal(beside),
                )
                for days, asked, beside in prices
            ]
        )


@pytest.mark.parametrize(
    ("prices", "state", "lowest"),
    [
        ([(90, "40", None), (5, "30", "40")], ClaimState.TRUE, "40"),
        ([(90, "40", None), (20, "35", None), (5, "30", "40")], ClaimState.TOO_HIGH, "35"),
        ([(90, "40", None), (60, "28", None), (50, "40", None), (5, "30", "40")], ClaimState.TRUE, "40"),
        ([(90, "40", None), (20, "29", None), (10, "40", None), (5, "30", "40")], ClaimState.NO_REDUCTION, "29"),
        ([(20, "40", None), (5, "30", "40")], ClaimState.UNKNOWN, "40"),
        ([(5, "30", "40")], ClaimState.UNKNOWN, None),
        # Reduced further without a break: what counts is what was asked before the first reduction.
        ([(90, "40", None), (9, "35", "40"), (5, "30", "40")], ClaimState.TRUE, "40"),
    ],
)
def test_a_reduction_may_start_from_the_lowest_price_of_thirty_days(db, prices, state, lowest):
    shop_id = make_shop()
    lamp(shop_id, prices)
    (claim,) = deciding.list_claims(shop_id, 0, 10, "en")
    assert (claim.state, claim.lowest) == (state, None if lowest is None else Decimal(lowest))
    assert claim.share_said == pytest.approx(0.25)
    if state == ClaimState.TOO_HIGH:
        assert claim.share_allowed == 0.14  # of 14.3 %


def test_what_is_not_reduced_and_what_another_shop_reduces_is_not_listed(db):
    shop_id, other = make_shop(), make_shop("other")
    lamp(other, [(90, "40", None), (5, "30", "40")])
    lamp(shop_id, [(90, "40", None)])
    assert deciding.list_claims(shop_id, 0, 10, "en") == []
    assert [one.title for one in deciding.iter_claims(other, "en")] == ["Lamp"]


@pytest.fixture
def planned(installed: ShopId) -> ShopId:  # noqa: F811
    """A shop of mugs with a promotion in ten days, worked out."""
    stock_mugs(installed)
    deciding.plan_promotion(installed, OWNER, wish(installed))
    learn_price_proposals(installed)
    return installed


def only(shop_id: ShopId):
    (one,) = deciding.list_promotions(shop_id, 0, 10)
    return deciding.find_promotion(shop_id, one.public_id, "en")


def test_a_plan_says_price_units_and_margin_with_intervals_or_why_not(planned):
    one, products = only(planned)
    assert (one.stage, one.products) == (PromotionStage.PLANNED, len(IDS))
    assert (one.totals.products, one.totals.foretold, one.totals.unproven) == (len(IDS), len(MUGS), len(IDS))
    plans = {product.title: product.plan for product in products}
    red = plans["Red"]
    assert (red.reference, red.promised) == (PRICES[0], Decimal("8.72"))
    assert red.reduced.units.low < red.usual.units.mean < red.reduced.units.mean < red.reduced.units.high
    assert red.gain.low <= red.gain.mean <= red.gain.high < 0  # of mugs that sell at any price a reduction only costs
    assert (red.stock, red.lasts) == (None, None)
    assert (plans["Costless"].reason, plans["Still"].reason) == ("no_cost", "little_movement")
    assert one.totals.gain.mean == pytest.approx(sum(plans[name.title()].gain.mean for name in MUGS))


def test_prices_before_a_promotion_are_lowered_by_no_proposal_and_those_in_it_by_none_at_all(planned):
    with shop_scope(planned):
        limits = [row.details["limits"] for row in PriceProposal.objects.all()]
    freezes = [one for rules in limits for one in rules if one["limit"] == PriceLimit.FREEZE]
    assert len(freezes) == len(MUGS)
    assert all(one["points_after"] < one["points_before"] for one in freezes)
    with shop_scope(planned):
        Promotion.objects.update(starts_on=day_of(planned))
    learn_price_proposals(planned)
    with shop_scope(planned):
        assert not PriceProposal.objects.exists()


def test_a_promotion_that_lowered_its_own_reference_says_less(installed):  # noqa: F811
    stock_mugs(installed)
    with shop_scope(installed):
        drafts = [
            PriceDraft(product=IDS["red"], variant="", at=now() - days * DAY, currency="EUR", price=Decimal(price))
            for days, price in ((300, "10.90"), (12, "9.90"), (6, "10.90"))
        ]
        store_prices(drafts)
    deciding.plan_promotion(installed, OWNER, wish(installed, words="red"))
    learn_price_proposals(installed)
    _one, (red,) = only(installed)
    assert (red.plan.reference, red.plan.promised, red.plan.is_proven) == (Decimal("9.90"), Decimal("7.92"), True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"starts_on": date(2020, 1, 1)}, "bad_days"),
        ({"ends_on": date(2020, 1, 1)}, "bad_days"),
        ({"words": "teapot"}, "no_products"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_is_stored(installed, changed, code):  # noqa: F811
    stock_mugs(installed)
    with pytest.raises(Refusal) as refused:
        deciding.plan_promotion(installed, OWNER, wish(installed, **changed))
    assert refused.value.code == code
    assert deciding.list_promotions(installed, 0, 10) == []


def test_a_product_is_in_one_promotion_at_a_time_and_a_planned_one_can_be_removed(planned):
    with pytest.raises(Refusal):
        deciding.plan_promotion(planned, OWNER, wish(planned, words="red", name="Another"))
    one, _products = only(planned)
    deciding.remove_promotion(planned, OWNER, one.public_id)
    with pytest.raises(Missing):
        deciding.find_promotion(planned, one.public_id, "en")
    deciding.plan_promotion(planned, OWNER, wish(planned, words="red"))
    one, (red,) = only(planned)
    assert red.title == "Red"
    with shop_scope(planned):
        Promotion.objects.update(starts_on=day_of(planned))
    with pytest.raises(Refusal):
        deciding.remove_promotion(planned, OWNER, one.public_id)


def let_end(shop_id: ShopId, units: int, units_after: int) -> None:
    """Have a planned promotion be over with the days after it; each mug sells so much a day."""
    last = day_of(shop_id) - (AFTER_DAYS + 1) * DAY
    with shop_scope(shop_id):
        Promotion.objects.update(starts_on=last - 13 * DAY, ends_on=last)
    for name in MUGS:
        for days in range(1, AFTER_DAYS + 15):
            is_after = days <= AFTER_DAYS
            price = PRICES[0] if is_after else Decimal("8.72")
            sell_on(shop_id, name, units_after if is_after else units, price, days)


@pytest.mark.parametrize(("units", "units_after", "sign"), [(60, 9, 1), (9, 1, -1)])
def test_a_promotion_is_judged_once_by_what_came_in_it_and_after_it(planned, units, units_after, sign):
    make_member(planned, Role.OWNER)
    with shop_scope(planned):
        Order.objects.filter(placed_at__gt=now() - 40 * DAY).update(is_test=True)
    let_end(planned, units, units_after)
    judge_promotions(planned)
    one, products = only(planned)
    assert one.stage == PromotionStage.JUDGED
    assert (one.verdict.units, one.verdict.units_after) == (4 * 14 * units, 4 * 14 * units_after)
    ends = one.verdict.extra_margin
    assert ends.low <= ends.mean <= ends.high
    assert (ends.low > 0) if sign > 0 else (ends.high < 0)
    red = next(product for product in products if product.title == "Red")
    plan = red.plan
    came = (14 * units * 8.72 + 14 * units_after * 10.90) / 1.2 - 14 * (units + units_after) * 3
    assert red.verdict.extra_margin.mean == pytest.approx(came - plan.usual.margin.mean - plan.after.margin.mean)
    judge_promotions(planned)
    with shop_scope(planned):
        assert Notice.objects.filter(kind="promotion_judged").count() == 1
        assert PromotedProduct.objects.filter(verdict__isnull=True).count() == len(IDS) - len(MUGS)


def test_owners_plan_analysts_look_and_programs_read(planned, caller):  # noqa: F811
    lamp(planned, [(90, "40", None), (20, "35", None), (5, "30", "40")])
    owner, analyst, support = (
        signed_in(make_member(planned, role, f"{role}@x.example")) for role in (Role.OWNER, Role.ANALYST, Role.SUPPORT)
    )
    page = analyst.get(PATH).content.decode()
    assert "Winter" in page
    assert "at most −14%" in page
    assert "Plan the promotion" not in page
    assert support.get(PATH).status_code == 403
    one, _products = only(planned)
    why = analyst.get(f"{PATH}{one.public_id}/").content.decode()
    assert "Not expected to pay off" in why
    assert "Not enough price movement" in why
    assert analyst.post(f"{PATH}remove/{one.public_id}/").status_code == 403
    lines = list(csv.reader(io.StringIO(body(owner, f"{PATH}{one.public_id}.csv"))))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines) == len(IDS) + 1
    reduced = list(csv.reader(io.StringIO(body(owner, "/prices/reductions.csv"))))
    assert reduced[1][-1] == "too_high"
    token = caller(planned, ["read:prices"])
    told_of = token.get("/api/v1/promotions").json()["data"][0]
    assert (told_of["name"], told_of["stage"], told_of["expected"]["foretold"]) == ("Winter", "planned", len(MUGS))
    rows = token.get(f"/api/v1/promotions/{one.public_id}/products?limit=2").json()
    assert len(rows["data"]) == 2
    assert rows["next"]
    claims = token.get("/api/v1/price-reductions").json()["data"]
    assert [(claim["state"], claim["lowest_price_30_days"]) for claim in claims] == [("too_high", "35.00")]
    assert owner.post(f"{PATH}remove/{one.public_id}/", follow=True).status_code == 200
    fields = {"name": "Soldes", "starts_on": day_of(planned) + DAY, "ends_on": day_of(planned) + 5 * DAY}
    said = owner.post(f"{PATH}plan/", fields | {"percent": 30}, follow=True).content.decode()
    assert "Promotion planned." in said
    assert "Soldes" in said


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [({"percent": "91"}, 400, "Enter a whole number from 1 to 90."), ({"words": "teapot"}, 409, "No product for sale")],
)
def test_what_was_typed_stands_where_it_is_refused(installed, changed, status, sentence):  # noqa: F811
    stock_mugs(installed)
    first = day_of(installed) + DAY
    fields = {"name": "Soldes d’hiver", "words": "red", "starts_on": first, "ends_on": first + 4 * DAY, "percent": "30"}
    owner = signed_in(make_member(installed, Role.OWNER))
    told_off = owner.post(f"{PATH}plan/", fields | changed)
    page = told_off.content.decode()
    assert told_off.status_code == status
    assert sentence in page
    assert all(f'value="{value}"' in page for value in (fields | changed).values())
    assert deciding.list_promotions(installed, 0, 10) == []


def test_a_plan_that_is_sent_twice_is_one(installed):  # noqa: F811
    stock_mugs(installed)
    first, second = (deciding.plan_promotion(installed, OWNER, wish(installed, words="red")) for _ in range(2))
    assert first == second
    assert len(deciding.list_promotions(installed, 0, 10)) == 1
    with pytest.raises(Refusal):
        deciding.plan_promotion(installed, OWNER, wish(installed, words="red", name="Another"))


def body(client, path: str) -> str:
    return b"".join(client.get(path).streaming_content).decode("utf-8-sig")
