import json
import threading
from datetime import date, timedelta
from io import StringIO

import numpy as np
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from recommender.products import selectors, services, tasks
from recommender.products.evaluation import exposure_report as reports
from recommender.products.models import TrainingRun
from recommender.products.rules.live import rules_for
from recommender.products.serving.engine.ranking import rows_of
from recommender.products.serving.shelves import suggest
from recommender.products.types import Concern, Context, ExposureReport, GroupShare, ModelSize, Purpose, State
from shopconnect.accounts.history import list_audit
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import NoShop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import slug_of_shop
from shopconnect.ui.next_steps import next_steps
from tests.recommender.products.invented import COSTS, FIGURES, group_of
from tests.recommender.products.shops import fill_shop, look_around, product, shelf_of, train
from tests.shopconnect.shops.conftest import make_person


@pytest.fixture
def fitted_shop(shop):
    fill_shop(shop, sold_out=(3,))
    train(shop)
    return shop


def groups(found):
    return [group_of(int(one.external_id[1:])) for one in found]


def test_training_keeps_facts_and_serves_planted_tastes(fitted_shop):
    with shop_scope(fitted_shop):
        facts = selectors.latest_training()
    assert facts.state == State.DONE
    assert facts.percent == 100
    assert facts.counts["products"] == 40
    assert facts.counts["lines"] == 120 * 6 * 5
    assert set(facts.figures) == {purpose.value for purpose in Purpose}
    found = suggest(fitted_shop, None, Context(views=("p12",), language="en"), 5)
    assert len(found) == 5
    assert groups(found).count(1) >= 4
    assert "p12" not in [one.external_id for one in found]


def test_each_suggestion_says_why_heaviest_reason_first(fitted_shop):
    for one in suggest(fitted_shop, None, Context(views=("p12",), language="en"), 8):
        weights = [reason.weight for reason in one.advice.reasons]
        assert weights == sorted(weights, reverse=True)
        assert len(one.sentences) == len(weights) >= 1
        assert one.advice.model_version == store.load(fitted_shop, "products").version
        assert sum(weights) <= one.advice.score + 0.1


def test_cards_and_reasons_speak_the_shoppers_language(fitted_shop):
    french, english = (
        suggest(fitted_shop, None, Context(views=("p12",), language=language), 1)[0] for language in ("fr", "en")
    )
    assert french.title.startswith("Objet")
    assert english.title.startswith("Kitchen thing")
    assert french.url == f"https://shop.example/fr/{french.external_id}"
    assert english.url == f"https://shop.example/en/{english.external_id}"
    assert (english.price, french.price.replace("\u202f", " ").replace("\xa0", " ")) == ("€1,234.50", "1 234,50 €")


def test_what_is_sold_out_is_never_suggested_and_cards_follow_the_catalog(fitted_shop):
    assert "p3" not in [
        one.external_id for one in suggest(fitted_shop, None, Context(views=("p1",), language="en"), 24)
    ]
    with shop_scope(fitted_shop):
        store_products([product(3), product(4, available=False)])
    tasks.save_catalogue(fitted_shop, 0)
    shown = [one.external_id for one in suggest(fitted_shop, None, Context(views=("p1",), language="en"), 39)]
    assert "p4" not in shown
    assert "p3" in shown


def test_without_an_anchor_what_sells_now_is_shown_and_a_buyer_gets_their_own_again(fitted_shop):
    trending = suggest(fitted_shop, None, Context(language="en"), 4)
    assert {one.advice.reasons[0].key for one in trending} <= {"week", "trend", "popular"}
    with shop_scope(fitted_shop):
        had = find_product_by_external_id("p25")
    bought = tuple((had.id, now() - timedelta(days=days)) for days in (3, 10, 17))
    own = suggest(fitted_shop, None, Context(language="en", bought=bought), 3)
    again = next(one for one in own if one.external_id == "p25")
    assert [reason.params for reason in again.advice.reasons if reason.key == "bought_often"] == [{"count": 3}]


def test_an_unknown_product_gets_what_sells_now(fitted_shop):
    found = shelf_of(fitted_shop, None, Context(product="no such thing"), 4)
    assert found["title"] == "Best sellers right now"
    assert len(found["items"]) == 4


def test_suggesting_asks_no_database(fitted_shop, django_assert_num_queries):
    rules_for(fitted_shop)  # once a minute, and remembered
    with django_assert_num_queries(0):
        assert shelf_of(fitted_shop, None, Context(product="p12", language="fr"), 4)["items"]


def test_one_shop_never_sees_what_another_learnt(fitted_shop, other_shop):
    assert suggest(other_shop, None, Context(views=("p12",), language="en"), 4) == []
    assert services.model_gates(other_shop) == ()
    with shop_scope(other_shop):
        assert selectors.latest_training() is None
    with pytest.raises(NoShop):
        selectors.latest_training()


def test_a_shop_without_products_is_refused_and_keeps_no_model(shop):
    with pytest.raises(Refusal, match="products"):
        services.train_shop(shop)
    with shop_scope(shop):
        assert list(TrainingRun.objects.values_list("state", "error")) == [(State.FAILED, "too_little")]
    assert store.load(shop, "products") is None
    tasks.train_products(shop, 0)  # nothing to do yet is no failure of the background


def test_a_shop_without_orders_shows_what_is_alike_then_the_newest_and_says_what_is_missing(shop):
    with shop_scope(shop):
        store_products([product(number) for number in range(40)])
    facts = services.train_shop(shop)
    model = store.load(shop, "products")
    assert model.manifest["missing"] == {"orders": 300, "needed": 300}
    assert (facts.counts["orders"], facts.counts["last_at"]) == (0, "")
    assert model.arrays["selling_order"].tolist() == list(range(39, -1, -1))
    beside = suggest(shop, None, Context(views=("p12",), language="en"), 5)
    assert groups(beside) == [1] * 5


def test_readers_see_one_model_whole_while_another_takes_its_place(fitted_shop):
    arrays, manifest = (getattr(store.load(fitted_shop, "products"), name) for name in ("arrays", "manifest"))
    copied = {name: array.copy() for name, array in arrays.items()}
    stop, problems, seen = threading.Event(), [], set()

    def read():
        while not stop.is_set():
            store.load_newest(fitted_shop, "products")
            try:
                found = suggest(fitted_shop, None, Context(views=("p12",), language="en"), 4)
                seen.add(found[0].advice.model_version)
                if len(found) != 4 or len({one.advice.model_version for one in found}) != 1:
                    problems.append(found)
            except (OSError, ValueError, KeyError, IndexError) as error:
                problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        store.save(fitted_shop, "products", copied, dict(manifest))
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(seen) > 1


def test_a_load_asks_for_cards_and_learning_once(shop):
    with shop_scope(shop):
        services.follow_load(shop)
        services.follow_load(shop)
    rows = Due.objects.filter(shop_id=shop).values_list("kind", flat=True)
    assert sorted(rows) == ["save_catalogue", "train_products"]


def test_the_night_asks_only_shops_with_news_at_their_hour(fitted_shop, other_shop):
    fill_shop(other_shop)
    hour = services.hour_of(other_shop)
    assert 0 <= hour < 6
    services.ask_trainings_of(hour)
    assert list(Due.objects.filter(kind="train_products").values_list("shop_id", flat=True)) == [other_shop]
    services.ask_trainings_of((hour + 7) % 24)
    assert Due.objects.filter(kind="train_products").count() == 1


def test_the_merchant_sees_suggestions_with_figures(fitted_shop):
    with shop_scope(fitted_shop):
        public_id = find_product_by_external_id("p12").public_id
    page = services.suggestions_for_page(fitted_shop, public_id, "en")
    assert page.product_title == "Kitchen thing 12"
    assert len(page.suggestions) == 8
    assert [gate.purpose for gate in page.gates] == [one for one in Purpose if one != Purpose.VISIT]  # without events
    assert all(gate.cases > 20 for gate in page.gates)
    assert (page.missing_orders, dict(page.left_out)) == (0, {})
    assert (page.size, page.size.unlinked) == (ModelSize(products=40, linked=40), 0)
    with pytest.raises(Missing):
        services.suggestions_for_page(fitted_shop, 1, "en")


def test_chance_gets_the_simple_rule(shop):
    fill_shop(shop, planted=False)
    facts = services.train_shop(shop)
    assert facts.figures["next"]["served"] == "simple"
    assert store.load(shop, "products").manifest["weights"]["next"] == {"again_now": 1.0, "trend": 0.4}


def test_many_views_of_few_visits_are_no_figure_and_a_shop_without_orders_is_learnt_all_the_same(shop):
    with shop_scope(shop):
        store_products([product(number) for number in range(40)])
    look_around(shop, visits=12)
    train(shop)
    with shop_scope(shop):
        public_id = find_product_by_external_id("p12").public_id
    assert store.load(shop, "products").manifest["gates"]["visit"]["cases"] > 0
    assert services.suggestions_for_page(shop, public_id, "en").gates == ()
    assert [gate.purpose for gate in services.model_gates(shop)] == list(Purpose)
    with shop_scope(shop):
        assert [step.done for step in next_steps(Role.OWNER) if step.url == "/suggestions/"] == [True]


@pytest.mark.parametrize("task", ["next-new", "next-all"])
def test_evaluate_prints_one_object_with_every_figure(fitted_shop, task):
    out, errors = StringIO(), StringIO()
    call_command("evaluate", slug_of_shop(fitted_shop), "products", "--task", task, "--json", stdout=out, stderr=errors)
    found = json.loads(out.getvalue())
    assert {"task", "cut", "k", "cases", "served", "served_default", "models"} <= set(found)
    assert set(found["models"]) >= {"popular", "trend", "buy_again", "together", "ease", "als", "lightfm", "blend"}
    for figures in found["models"].values():
        assert set(figures) == {*FIGURES, *COSTS}
    assert set(found["served_default"]) == set(FIGURES)
    assert found["served"] in found["models"]
    assert (found["models"]["buy_again"]["ndcg"] is None) == (task == "next-new")
    assert "100 %" in errors.getvalue()


@pytest.mark.parametrize("mask", [False, True])
def test_visits_are_measured_with_what_comes_next_in_them(shop, mask):
    fill_shop(shop)
    look_around(shop)
    options = ["--task", "session", "--cut", "2025-01-20", "--days", "5", "--json", *["--mask-seen"] * mask]
    out = StringIO()
    call_command("evaluate", slug_of_shop(shop), "products", *options, stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue())
    assert found["cases"] == 5 * 12 * 3
    assert found["models"]["sequence"]["mrr"] > 0.9  # the next one by number always follows
    assert found["models"][found["served"]]["ndcg"] >= found["models"]["simple"]["ndcg"] - 0.02
    assert found["models"]["popular"]["mrr"] < 0.5


def test_of_two_trainings_at_once_the_second_says_so_and_ends(shop, owner_url):
    fill_shop(shop)
    with psycopg.connect(owner_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"training:{shop}"])
        with pytest.raises(CommandError, match="already being trained"):
            call_command("train", slug_of_shop(shop))
        tasks.train_products(shop, 0)
    with shop_scope(shop):
        assert not TrainingRun.objects.exists()
    assert Due.objects.get(shop_id=shop, kind="train_products").due_at > now()
    train(shop)
    with shop_scope(shop):
        assert selectors.latest_training().state == State.DONE


def test_commands_say_what_is_wrong(fitted_shop):
    name = slug_of_shop(fitted_shop)
    with pytest.raises(CommandError, match="no shop named nobody"):
        call_command("train", "nobody")
    with pytest.raises(CommandError, match="no shop named nobody"):
        call_command("evaluate", "nobody", "products", "--task", "next-new")
    with pytest.raises(CommandError, match="No product views yet"):
        call_command("evaluate", name, "products", "--task", "session", stderr=StringIO())
    with pytest.raises(CommandError, match="Say which task"):
        call_command("evaluate", name, "products")
    for option in ("--k=0", "--days=0", "--days=99999999999", "--seed=-1"):
        with pytest.raises(CommandError, match="--k is 1 or more, --days 1 to 36,500, --seed 0 or more"):
            call_command("evaluate", name, "products", "--task", "next-new", option)
    with pytest.raises(CommandError, match="enough history around"):
        call_command("evaluate", name, "products", "--task", "next-new", "--cut", "2031-01-01", stderr=StringIO())


def test_raw_sql_sees_no_training_outside_a_scope(fitted_shop):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM products_trainingrun")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("public_id", [7, 2**62, 2**63 - 1])
def test_an_anchor_is_found_by_its_public_id_however_long(public_id):
    arrays = {
        "external_sorted": np.array(["p1"]),
        "external_rows": np.array([0]),
        "public_sorted": np.array([public_id]),
        "public_rows": np.array([0]),
    }
    assert rows_of(arrays, [str(public_id)]) == [0]
    assert rows_of(arrays, ["9" * 19, "9" * 30]) == []


def test_variety_is_measured_and_costs_no_more_than_the_shop_chose(fitted_shop):
    facts = services.diversity_of(fitted_shop)
    assert [choice.percent for choice in facts.choices if choice.is_chosen] == [5]
    assert facts.curve[0].accuracy == 1.0
    assert all(choice.point.accuracy >= 1 - choice.percent / 100 for choice in facts.choices)
    assert facts.shown == next(choice.point for choice in facts.choices if choice.is_chosen)


def test_choosing_variety_is_kept_noted_and_learnt_once(fitted_shop, other_shop):
    person = make_person("ada@shop.example")
    services.choose_diversity(fitted_shop, person.pk, 0)
    services.choose_diversity(fitted_shop, person.pk, 0)
    assert Due.objects.filter(shop_id=fitted_shop, kind="train_products").get().asked == 1
    assert [deed.sentence for deed in list_audit(fitted_shop) if "variety" in deed.sentence] == [
        f"{person.email} set how much accuracy to trade for variety: 0 %"
    ]
    services.train_shop(fitted_shop)
    assert store.load(fitted_shop, "products").manifest["tolerance"] == 0
    assert [choice.percent for choice in services.diversity_of(other_shop).choices if choice.is_chosen] == [5]


@pytest.mark.parametrize("percent", [-1, 3, 100])
def test_no_other_choice_is_taken(fitted_shop, percent):
    with pytest.raises(Refusal):
        services.choose_diversity(fitted_shop, make_person("ada@shop.example").pk, percent)
    assert not Due.objects.filter(shop_id=fitted_shop, kind="train_products").exists()


def test_an_audit_tells_what_shelves_show_once_a_week_and_of_its_shop_only(fitted_shop, other_shop):
    tasks.report_exposure(fitted_shop, 0)
    (first,) = reports.exposure_reports_of(fitted_shop)
    assert first.week.weekday() == 0
    assert first.pages == 39  # one of forty is sold out
    assert first.places == 39 * 8
    assert 0.5 < first.coverage <= 1
    assert 0 <= first.gini < 1
    assert first.groups["category"][0].catalogue == pytest.approx(0.25, abs=0.02)
    assert reports.exposure_reports_of(other_shop) == ()


def test_learning_has_shelves_audited_and_a_shop_that_was_never_learnt_has_none(fitted_shop, other_shop):
    assert Due.objects.filter(shop_id=fitted_shop, kind="report_exposure").count() == 1
    tasks.report_exposure(other_shop, 0)
    assert reports.exposure_reports_of(other_shop) == ()


def week(number: int, **changes) -> ExposureReport:
    usual = {
        "week": date(2026, 11, 2) + timedelta(weeks=number),
        "pages": 10,
        "places": 80,
        "coverage": 0.5,
        "gini": 0.6,
        "busiest": 0.3,
        "long_tail": 0.2,
        "long_tail_catalogue": 0.8,
        "new": 0.0,
        "new_catalogue": 0.0,
        "groups": {},
    }
    return ExposureReport(**{**usual, **changes})


@pytest.mark.parametrize(
    ("newest", "concerns"),
    [
        ({}, []),
        ({"gini": 0.66}, [Concern.MORE_UNEVEN]),
        ({"coverage": 0.39}, [Concern.LESS_COVERED]),
        ({"groups": {"vendor": (GroupShare(name="Acme", shown=0.7, catalogue=0.2),)}}, [Concern.FAVOURED]),
        ({"groups": {"vendor": (GroupShare(name="Acme", shown=0.29, catalogue=0.01),)}}, []),
        ({"groups": {"vendor": (GroupShare(name="Acme", shown=1.0, catalogue=1.0),)}}, []),
        ({"places": 0, "coverage": 0.0}, []),
    ],
)
def test_what_is_wrong_is_told_against_the_weeks_before(newest, concerns):
    found = reports.alerts_of([week(2, **newest), week(1), week(0)])
    assert [alert.concern for alert in found] == concerns


def test_the_first_week_has_nothing_to_be_compared_with():
    assert reports.alerts_of([week(0, gini=0.99)]) == ()
    assert reports.alerts_of([]) == ()
