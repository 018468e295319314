"""Shops of thousands of products: what is rare in the whole shop is found where it sells."""

import numpy as np
import pytest

from recommender.products.data.engine.catalogue import aligned
from recommender.products.data.engine.columns import sales_columns, week_columns
from recommender.products.data.engine.rhythm import RecentOrders
from recommender.products.rules.engine.application import bind_rules, columns_of
from recommender.products.serving.engine.candidates import MOST_CANDIDATES, RankingContext, VisitRows, trending

PRODUCTS, RARE, TODAY = 3_000, 2_500, 20_000.0


def orders(*told):
    """What orders held, as (product, days before today, country, how many)."""
    rows = [(TODAY - ago, product, country) for product, ago, country, times in told for _ in range(times)]
    days, products, countries = zip(*rows, strict=True)
    return RecentOrders(np.array(days, np.int32), np.array(products, np.int32), np.array(countries, np.int8))


@pytest.fixture
def ask():
    """Answer with what trends, best first, of a shop where 2,500 products sold three times, ten days ago.

    Of the others number 2,600 sold in the second country seven days ago, number 2,700 eight, 2,601 yesterday elsewhere.
    """
    bulk = [(number, 10, 0, 3) for number in range(RARE)]
    recent = orders(*bulk, (2_600, 7, 1, 1), (2_601, 1, 0, 1), (2_700, 8, 1, 2))
    popular = recent.trend(PRODUCTS) + 1
    sales = sales_columns(recent.trend(PRODUCTS), popular)
    arrays = {**sales, **week_columns(recent, TODAY, 2, sales["selling_order"])}
    category = np.zeros(PRODUCTS, np.int32)
    category[2_650:2_750] = 1
    ids, nothing = np.arange(PRODUCTS), np.zeros(0, np.int64)
    columns = {**aligned(ids, {"public_ids": nothing}), "category": category}
    rules = bind_rules((), columns_of(ids, columns, ([], [])))

    def answer(excluded=(), **visit):
        out = np.isin(np.arange(PRODUCTS), excluded)
        context = RankingContext(
            arrays=arrays,
            columns=columns,
            weights={},
            excluded=out,
            visit=VisitRows(**visit),
            rules=rules,
            cold_items=nothing,
        )
        found = trending(context)
        return found.only(np.argsort(-found.scores, kind="stable"))

    return answer


def test_what_sells_in_a_country_is_found_beyond_what_sells_in_the_shop(ask):
    assert ask(country=1).rows[0] == 2_600
    assert ask(country=0).rows[0] == 2_601
    assert set(ask().rows[:2]) == {2_600, 2_601}
    assert ask(country=1, excluded=[2_600]).rows[0] != 2_600
    assert len(ask().rows) == MOST_CANDIDATES


def test_a_category_of_slow_sellers_has_its_own_list(ask):
    found = ask(categories=[1])
    assert found.rows[0] == 2_700
    assert sorted(found.rows) == list(range(2_650, 2_750))
    assert ask(categories=[1], country=1).rows[0] == 2_700


def test_a_week_is_seven_days_and_no_more(ask):
    country = ask(country=1)
    told = dict(zip(country.rows, country.told(np.arange(len(country.rows))).parts["country"], strict=True))
    assert told[2_600] > 0
    assert told.get(2_700, 0) == 0
