"""What the arms earned: figures hold the truth, say nothing too early, and harm makes the guard step in."""

from datetime import timedelta

import pytest

from recommender.products.types import VARIETY_KIND
from shopconnect.accounts.types import Role
from shopconnect.connectors.types import ConsentDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.models import Event
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.folder import read_tally
from shopconnect.experiments.models import Experiment, Fallback, ShelfCount
from shopconnect.experiments.results import page_of, weigh_results
from shopconnect.experiments.services import arm_of, configs, has_fallen, start_experiment
from shopconnect.experiments.types import HOLD_OUT, Because, FigureName, ShelfTally
from shopconnect.notifications.models import Notice
from shopconnect.orders.selectors import armed_orders
from shopconnect.orders.services import link_orders, store_orders
from shopconnect.privacy.services import store_consents
from shopconnect.sync.services import export_folder, load_folder
from tests.shopconnect.experiments.world import fill, order_of
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.sync.folders import plain_folder


@pytest.fixture
def _half(settings):
    settings.HOLD_OUT_PERCENT = 50


def results_of(shop_id):
    weigh_results(shop_id)
    return page_of(shop_id).results


@pytest.mark.usefixtures("_half")
def test_a_true_gain_is_seen_and_held_by_its_interval(shop):
    fill(shop, {"A": 0.45, "H": 0.25}, visitors=3000)
    found = results_of(shop).hold_out
    assert (found.arm, found.base, found.is_sound) == ("A", "H", True)
    for name in (FigureName.REVENUE, FigureName.NET, FigureName.CONVERSION):
        figure = found.figure(name)
        assert figure.low < 0.8 < figure.high, name
        assert figure.low > 0, name
        assert figure.covered == pytest.approx(1)
    assert not found.figure(FigureName.ORDER).low > 0
    assert found.figure(FigureName.MARGIN) is None  # no cost is known
    assert found.figure(FigureName.REPEAT).low is None  # nobody bought sixty days ago


@pytest.mark.usefixtures("_half")
def test_what_was_spent_before_narrows_the_interval(shop):
    # Where nearly every visit ends in an order, what is spent says most of who spends it, whatever the lot of arms.
    fill(shop, {"A": 0.9, "H": 0.9}, visitors=2000)
    found = results_of(shop).hold_out.figure(FigureName.REVENUE)
    with shop_scope(shop):
        Event.objects.filter(at__lt=now() - timedelta(days=41)).delete()
    plain = results_of(shop).hold_out.figure(FigureName.REVENUE)
    assert found.low <= 0 <= found.high
    assert found.high - found.low < 0.99 * (plain.high - plain.low)


@pytest.mark.usefixtures("_half")
def test_what_was_spent_while_the_arms_differed_is_no_past(shop):
    fill(shop, {"A": 0.45, "H": 0.25}, visitors=1000)
    since = now() - timedelta(days=20)
    with shop_scope(shop):
        Experiment.objects.create(kind=HOLD_OUT, percent=50, started_at=since, ends_at=None)
    configs.forget()
    found = results_of(shop).hold_out.figure(FigureName.REVENUE)
    with shop_scope(shop):
        Event.objects.filter(at__lt=since).delete()
    assert results_of(shop).hold_out.figure(FigureName.REVENUE) == found


def test_who_comes_again_more_often_does_no_harm(shop, settings):
    settings.HOLD_OUT_PERCENT = 0
    start_experiment(shop, VARIETY_KIND, 0.6, 60)
    with shop_scope(shop):
        Experiment.objects.update(started_at=now() - timedelta(days=40))
    fill(shop, {"A": 0.4, "B": 0.3}, visitors=2000, visits={"A": 1, "B": 2})
    weigh_results(shop)
    experiment = page_of(shop).current
    assert experiment.comparison.figure(FigureName.CONVERSION).high < 0  # of visits, fewer end in an order
    assert experiment.comparison.figure(FigureName.REVENUE).middle > 0


def test_refunds_are_deducted_and_only_lettered_orders_count(shop):
    with shop_scope(shop):
        at = now() - timedelta(days=3)
        store_orders(
            [
                order_of(1, at, 50, "A"),
                order_of(2, at, 30, "A"),
                order_of(3, at, 70, ""),
                order_of(4, at, 30, "", refunds="2"),
            ]
        )
        link_orders()
        rows = armed_orders(at - timedelta(days=1), "EUR")
        assert [(row.arm, row.total) for row in rows] == [("A", 50), ("A", 0)]
        assert armed_orders(at - timedelta(days=1), "USD") == []


@pytest.mark.usefixtures("_half")
def test_however_often_pages_are_asked_for_revenue_of_pages_is_that_of_confirmed_orders(shop):
    days = [now() - timedelta(days=ago) for ago in range(20, 0, -1)]
    tallies = [ShelfTally(day.date().isoformat(), "similar", arm, 100) for day in days for arm in "ah"]
    with shop_scope(shop):
        store_tallies(tallies)
        store_orders([order_of(n, day, 30 if n % 2 else 20, "a" if n % 2 else "h") for n, day in enumerate(days * 2)])
        link_orders()
    before = results_of(shop).pages
    assert (before.value, before.base) == (60, 40)  # 30 and 20 a day, of half of the pages each
    with shop_scope(shop):
        store_tallies([one._replace(requests=100_000) for one in tallies if one.arm == "h"])
    assert results_of(shop).pages == before


def test_little_is_said_to_be_too_little(shop):
    fill(shop, {"A": 0.5, "H": 0.5}, visitors=200)
    found = results_of(shop)
    assert not any(figure.is_known for figure in found.hold_out.figures)
    assert found.days[5, 5] > found.days[5, 10] > found.days[50, 10] > 0
    assert found.days[50, 5] > found.days[50, 10]


def test_before_anything_was_counted_there_is_nothing_to_compare(shop):
    found = results_of(shop)
    assert (found.hold_out, found.experiment, found.pages) == (None, None, None)
    assert set(found.days.values()) == {0}


@pytest.mark.usefixtures("_half")
def test_who_took_consent_back_is_in_no_figure(shop):
    fill(shop, {"A": 0.3, "H": 0.3}, visitors=300)
    before = results_of(shop).hold_out
    with shop_scope(shop):
        gone = [row.visitor for row in Event.objects.filter(name="view_item")][:50]
        store_consents(
            [ConsentDraft(visitor=one, customer="", purpose="analytics", is_given=False, at=now()) for one in set(gone)]
        )
    after = results_of(shop).hold_out
    assert after.visits + after.base_visits <= before.visits + before.base_visits - len(set(gone))


@pytest.mark.usefixtures("_half")
def test_harm_makes_every_shelf_fall_back_and_tells_the_owner_once(shop):
    make_member(shop, Role.OWNER)
    fill(shop, {"A": 0.2, "H": 0.45}, visitors=3000)
    weigh_results(shop)
    weigh_results(shop)
    configs.forget()
    assert has_fallen(shop, "similar")
    with shop_scope(shop):
        assert list(Fallback.objects.values_list("shelf", "because")) == [("", Because.HARM)]
        assert [(row.kind, row.params) for row in Notice.objects.all()] == [("shelf_fell", {"because": "harm"})]


def test_a_trial_that_does_harm_is_ended_and_everybody_gets_a_again(shop, settings):
    settings.HOLD_OUT_PERCENT = 0
    make_member(shop, Role.OWNER)
    start_experiment(shop, VARIETY_KIND, 0.6, 60)
    with shop_scope(shop):
        Experiment.objects.update(started_at=now() - timedelta(days=40))
    fill(shop, {"A": 0.45, "B": 0.2}, visitors=3000)
    weigh_results(shop)
    with shop_scope(shop):
        assert [row.ended_because for row in Experiment.objects.all()] == [Because.HARM]
        assert [row.kind for row in Notice.objects.all()] == ["experiment_ended"]
    configs.forget()
    assert {arm_of(shop, f"visitor-{one}", "/", now().date()).letter for one in range(50)} == {"A"}
    trial = page_of(shop).experiments[0]
    assert trial.summary.ended_because == Because.HARM
    assert trial.comparison.figure(FigureName.REVENUE).high < 0  # what was seen of it stays with it


def test_nothing_of_another_shop_is_in_a_report(shop, other_shop):
    fill(other_shop, {"A": 0.4, "H": 0.3}, visitors=100)
    assert results_of(shop).hold_out is None


def test_counts_go_in_and_out_with_a_folder(db, tmp_path):
    rows = [
        {"day": "2026-01-02", "shelf": "similar", "arm": "a", "requests": 12, "empties": 3, "clicks": 2},
        {"day": "2026-01-02", "shelf": "similar", "arm": "h", "requests": 1},
    ]
    folder = plain_folder(tmp_path / "in", shelves=rows)
    loaded = load_folder("one", folder)
    assert loaded.problems == ()
    export_folder(loaded.shop_id, tmp_path / "out")
    assert list((tmp_path / "out").glob("shelves*"))
    again = load_folder("two", tmp_path / "out").shop_id
    with shop_scope(again):
        assert list(ShelfCount.objects.order_by("arm").values_list("arm", "requests", "empties", "clicks")) == [
            ("a", 12, 3, 2),
            ("h", 1, 0, 0),
        ]


@pytest.mark.parametrize("said", [{"day": "soon"}, {"arm": "Z"}, {"arm": "AB"}, {"requests": "many"}, {"requests": -1}])
def test_a_line_of_counts_that_makes_no_sense_is_refused(said):
    with pytest.raises(ValueError, match=r"\w"):
        read_tally({"day": "2026-01-02", "shelf": "similar", "arm": "a", "requests": 1} | said)
