"""Something to do for the work on prices."""

from recommender.prices.models import PriceTest
from recommender.prices.proposals import deciding
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.types import ProposalState, StoredProposal
from recommender.prices.testing import deciding as testing
from recommender.prices.testing.types import FEWEST_WEEKS_OF_TEST, BlockKind, PriceTestPlan
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.makers import make_shop
from tests.recommender.prices.shops import stock_mugs
from tests.walls.works import Job, SetUpContext, outside_shop, sets_up

OWNER = 7


def proposals(shop_id: ShopId) -> list[StoredProposal]:
    return deciding.list_proposals(shop_id, list(ProposalState), 0, 100, "en")


@sets_up("learn_prices")
def a_shop_whose_prices_are_not_looked_at(context: SetUpContext) -> Job:
    shop_id = stock_mugs(make_shop())
    return Job(
        shop_id,
        look=lambda: [(one.public_id, one.found.gain) for one in proposals(shop_id)],
        volatile=frozenset({"prices_pricenight.made_at"}),
        along=("turn_prices", "write_prices"),
    )


@sets_up("write_prices")
def a_shop_with_an_approved_price(context: SetUpContext) -> Job:
    shop_id = stock_mugs(outside_shop(context)[0])
    learn_price_proposals(shop_id)
    deciding.approve(shop_id, OWNER, [proposals(shop_id)[0].public_id])
    return Job(shop_id, look=lambda: [(one.public_id, one.state) for one in proposals(shop_id)])


@sets_up("turn_prices")
def a_shop_whose_price_test_has_a_turn(context: SetUpContext) -> Job:
    shop_id = outside_shop(context)[0]
    learn_price_proposals(stock_mugs(shop_id))
    testable = testing.price_test_page(shop_id, "en").testable[0].product_public_id
    plan = PriceTestPlan(products=[testable], weeks=FEWEST_WEEKS_OF_TEST, block=BlockKind.WEEK)
    testing.start_tests(shop_id, OWNER, plan)
    with shop_scope(shop_id):
        for row in PriceTest.objects.all():
            row.design |= {"starts_on": "2020-01-01", "arms": [1] * 500}
            row.save(update_fields=["design"])
    return Job(shop_id, look=lambda: [(one.public_id, one.state) for one in testing.list_tests(shop_id, 0, 9, "en")])
