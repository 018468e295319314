"""The page of results: what is known, what is not yet, and what an owner may change there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from shopconnect.accounts.types import Role
from shopconnect.core.cache.redis import client as redis_client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.models import Experiment, Fallback, Report
from shopconnect.experiments.result_rows import earned_of, excluded_rows, finding_of, rows_of, shelf_rows
from shopconnect.experiments.results import page_of, weigh_results
from shopconnect.experiments.services import configs
from shopconnect.experiments.types import Because, Comparison, Figure, FigureName, Results, ShelfTally
from shopconnect.experiments.words.headlines import headline_of, verdict_of
from shopconnect.orders.services import store_orders
from tests.shopconnect.experiments.world import fill, order_of
from tests.shopconnect.shops.conftest import make_member, signed_in


@pytest.fixture(autouse=True)
def _fresh():
    configs.forget()
    redis_client().flushdb()
    yield
    configs.forget()


def browser(shop_id, role=Role.OWNER):
    return signed_in(make_member(shop_id, role))


def figure(low, middle, high, name=FigureName.REVENUE):
    return Figure(name=name, value=2.5, base=2.4, low=low, middle=middle, high=high, covered=0.6)


def results(*bounds, is_sound=True):
    found = Comparison(
        arm="A",
        base="H",
        since=now(),
        visits=900,
        base_visits=100,
        is_sound=is_sound,
        orders_covered=0.6,
        figures=(figure(*bounds),),
    )
    return Results(made_at=now(), currency="EUR", covered=0.6, hold_out=found, experiment=None, pages=None, days={})


@pytest.mark.parametrize(
    ("found", "starts", "tone"),
    [
        (None, "It’s too early to say", ""),
        (results(None, None, None), "It’s too early to say", ""),
        (results(0.01, 0.041, 0.08), "A visitor with suggestions brings in 4.1% more", "good"),
        (results(-0.2, -0.1, -0.02), "A visitor with suggestions brings in 10% less", "bad"),
        (results(-0.05, 0.02, 0.09), "No difference in revenue yet", ""),
        (results(0.01, 0.04, 0.08, is_sound=False), "The two groups don’t have the intended sizes", "warning"),
    ],
)
def test_the_first_sentence_says_what_is_known_and_no_more(found, starts, tone):
    with translation.override("en"):
        said = headline_of(found, 5)
    assert said.sentence.startswith(starts)
    assert (said.tone, said.interval) == (tone, "")


@pytest.mark.parametrize(
    ("needed", "percent", "advice"),
    [
        (5_091, 5, "Trop peu de visites pour un résultat net d’ici un an. Commencez avec la moitié des visites"),
        (5_091, 50, "Trop peu de visites pour un résultat net d’ici un an. Fiez-vous aux clics"),
        (40, 5, "Trop tôt pour conclure : au rythme actuel, il faut encore environ 30 jours pour voir un"),
        (11, 5, "Trop tôt pour conclure : au rythme actuel, il faut encore environ 1 jour pour voir un"),
        (10, 5, "Trop tôt pour conclure. Pour l’instant, fiez-vous aux clics"),
        (0, 5, "Trop tôt pour conclure. Pour l’instant, fiez-vous aux clics"),
    ],
)
def test_where_an_interval_is_wide_what_to_do_is_said_first(needed, percent, advice):
    found = results(-0.54, 0.05, 0.72)
    hold_out = replace(found.hold_out, since=now() - timedelta(days=10))
    found = replace(found, hold_out=hold_out, days={(percent, 10): needed})
    with translation.override("fr"):
        said = headline_of(found, percent)
    assert said.sentence.replace("\xa0", " ").replace("\u202f", " ").startswith(advice)
    assert "54" not in said.sentence
    assert said.interval.replace("\xa0", " ").endswith("entre −54 % et +72 %.")


def test_a_test_too_says_first_what_to_do_where_its_interval_is_wide():
    tested = replace(results(-0.54, 0.05, 0.72).hold_out, since=now() - timedelta(days=10))
    with translation.override("en"):
        assert verdict_of(tested, 40) == (
            "Too early to tell: at the current number of visits, a difference of 10% takes about 30 more days to show. "
            "Until then, go by clicks and your past orders.",
            "",
            "So far, the difference in revenue per visitor is between −54% and +72%.",
        )
        assert verdict_of(None, 40) == ("It’s too early to say which variant brings in more.", "", "")
        better = verdict_of(results(0.01, 0.041, 0.08).hold_out, 40)
    assert better.tone == "good"
    assert better.sentence.startswith("A visitor in variant B brings in 4.1% more than one in variant A")


@pytest.mark.parametrize(
    ("found", "sentence", "interval"),
    [
        (None, "Le test a réuni trop peu d’acheteurs pour dire quelle variante rapporte le plus.", ""),
        (
            results(-0.54, 0.05, 0.72).hold_out,
            "Le test a réuni trop peu de visites pour dire quelle variante rapporte le plus. Fiez-vous aux clics et à "
            "vos commandes passées.",
            "L’écart de chiffre d’affaires par visiteur était compris entre −54 % et +72 %.",
        ),
        (
            results(-0.05, 0.02, 0.09).hold_out,
            "Pas d’écart de chiffre d’affaires : par visiteur, la variante B était entre −5 % et +9 % par rapport à la "
            "variante A.",
            "",
        ),
    ],
)
def test_a_completed_test_is_not_told_to_wait_for_more_days(found, sentence, interval):
    with translation.override("fr"):
        said = verdict_of(found, 40, is_live=False)
    assert [text.replace("\xa0", " ") for text in said] == [sentence, "", interval]


@pytest.mark.parametrize(
    ("found", "has_begun", "short"),
    [
        (None, False, ""),
        (results(None, None, None), True, ""),
        (results(0.01, 0.041, 0.08), True, "+4.1% revenue per visitor"),
        (results(-0.2, -0.1, -0.02), True, "−10% revenue per visitor"),
        (results(-0.05, 0.02, 0.09), True, ""),
        (results(0.01, 0.04, 0.08, is_sound=False), True, ""),
    ],
)
def test_home_names_an_amount_only_where_it_is_sure(found, has_begun, short):
    with translation.override("en"):
        earned = earned_of(found, 5, None)
    assert (earned.has_begun, earned.short) == (has_begun, short)


@pytest.mark.parametrize(("buyers", "missing"), [(None, 0), ((60, 12), 38), ((49, 80), 1), ((50, 50), 0)])
def test_home_says_how_many_buyers_a_comparison_still_needs(buyers, missing):
    assert earned_of(results(None, None, None), 5, buyers).missing == missing


def test_an_interval_is_drawn_around_no_difference():
    with translation.override("fr"):
        row, narrow, unknown = rows_of(
            [figure(-0.1, 0.05, 0.2), figure(-0.05, 0, 0.05), figure(None, None, None)], "EUR"
        )
        assert row.finding.replace("\xa0", " ") == "Pas d’écart pour l’instant : de −10 % à +20 %"
        assert row.scale.replace("\xa0", " ") == "20 %"
        assert row.value.replace("\xa0", " ") == "2,50 €"
    assert (row.left, row.left + row.width) == (25, 100)
    assert (narrow.left, narrow.width) == (37.5, 25)
    assert not unknown.is_known
    with translation.override("en"):
        assert finding_of(figure(None, None, None)) == "Not known yet"


def test_a_figure_of_nothing_is_none_and_not_nought():
    nothing = replace(figure(None, None, None, FigureName.REPEAT), value=None, base=0.0)
    with translation.override("en"):
        [row] = rows_of([nothing], "EUR")
    assert (row.value, row.base) == ("–", "0%")


def test_beside_a_running_test_nobody_is_told_that_nothing_was_counted(shop):
    with shop_scope(shop):
        Experiment.objects.create(kind="variety", percent=50, value=5, base=0, started_at=now())
    page = browser(shop).get("/results/", headers={"accept-language": "en"}).content.decode()
    assert "Visits are being counted." in page
    assert "othing was counted" not in page


def test_the_hold_out_is_no_part_of_what_was_followed_or_empty():
    with translation.override("en"):
        rows = shelf_rows(
            [
                ShelfTally("", "cart", "A", 100, 1, 0, 5),
                ShelfTally("", "cart", "a", 100),
                ShelfTally("", "cart", "H", 10, 10),
            ]
        )
    assert [(row.title, row.requests, row.clicks, row.empty) for row in rows] == [
        ("Goes with your cart", 200, "5%", "0.5%")
    ]


def test_the_page_of_a_new_shop_says_what_will_be_here(shop):
    page = browser(shop, Role.ANALYST).get("/results/").content.decode()
    assert "It’s too early to say what suggestions bring in." in page
    assert "No data yet." in page
    assert "Save group size" not in page


def test_the_page_shows_what_was_worked_out_in_both_languages(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.45, "H": 0.25}, visitors=3000)
    weigh_results(shop)
    assert page_of(shop).results.hold_out.figure(FigureName.REPEAT).value is None  # nobody could come back yet
    member = browser(shop)
    page = member.get("/results/", headers={"accept-language": "en"}).content.decode()
    assert "A visitor with suggestions brings in" in page
    assert page.count("<rect") >= 6
    assert "60% of all" in page
    french = member.get("/results/", headers={"accept-language": "fr"}).content.decode()
    assert "Un visiteur avec suggestions rapporte" in french


def test_support_sees_no_results(shop):
    assert browser(shop, Role.SUPPORT).get("/results/").status_code == 403


def test_an_owner_changes_the_share_and_starts_at_half(shop):
    owner = browser(shop)
    assert owner.post("/results/hold-out/", {"percent": "10"}).status_code == 302
    refused = owner.post("/results/hold-out/", {"percent": "60"}, follow=True).content.decode()
    assert "The control group must be between 0 and 20 %." in refused
    assert owner.post("/results/half/", {"days": "28"}).status_code == 302
    page = owner.get("/results/").content.decode()
    assert "Half of the visits see no suggestions until" in page
    with shop_scope(shop):
        live = Experiment.objects.get(ended_at=None)
        assert (live.percent, live.value) == (50, 10)
        assert timedelta(days=27) < live.ends_at - now() < timedelta(days=29)


@pytest.mark.parametrize("path", ["hold-out", "half", "test/end", "learnt"])
def test_who_is_no_owner_changes_nothing(shop, path):
    assert browser(shop, Role.ANALYST).post(f"/results/{path}/", {"percent": "10", "days": "14"}).status_code == 403
    with shop_scope(shop):
        assert not Experiment.objects.exists()


def test_a_shelf_that_fell_back_is_named_and_lifted(shop):
    with shop_scope(shop):
        seen = {"count": 1234, "networks": 56, "first_at": "2026-11-29T08:00:00Z", "last_at": "2026-11-29T12:00:00Z"}
        Fallback.objects.create(shelf="similar", because=Because.ERRORS, at=now(), seen=seen)
    owner = browser(shop)
    page = owner.get("/results/").content.decode()
    assert "It failed more often than usual. Occurred 1,234 times, from 56 networks, between " in page
    assert "This ends automatically once the problem is over." in page
    owner.post("/results/learnt/", {"shelf": "similar"})
    assert "It failed more often" not in owner.get("/results/").content.decode()


def test_what_was_kept_out_is_shown_with_its_shares_or_that_there_was_none(shop):
    page = browser(shop)
    assert "Nothing was excluded in the last 28 days" in page.get("/results/").content.decode()
    today = now().date().isoformat()
    with shop_scope(shop):
        tallies = (("A", 75), ("r", 20), ("s", 5))
        store_tallies([ShelfTally(today, "similar", arm, asked) for arm, asked in tallies])
        orders = [order_of(one, now(), 10, "A") for one in range(4)]
        store_orders([replace(orders[0], channel="pos"), replace(orders[1], is_test=True), *orders[2:]])
        found = excluded_rows(page_of(shop).excluded)
    assert [(row.title, row.count, row.share) for row in found] == [
        ("Suggestions requested by bots and monitoring tools", 20, "20%"),
        ("Suggestions requested by your team", 5, "5%"),
        ("Test orders", 1, "25%"),
        ("Point-of-sale orders", 1, "25%"),
    ]
    shown = page.get("/results/", headers={"accept-language": "fr"}).content.decode()
    assert "Suggestions demandées par des robots" in shown
    assert "Exclure ce navigateur" in shown


def test_a_wait_beyond_a_year_is_told_as_what_to_do_instead(shop, settings):
    settings.HOLD_OUT_PERCENT = 5
    weigh_results(shop)
    with shop_scope(shop):
        report = Report.objects.get()
        report.figures["days"] = [[5, 5, 5091], [5, 10, 1273], [50, 5, 300], [50, 10, 75]]
        report.save()
    page = browser(shop).get("/results/").content.decode()
    assert page.count("more than a year") == 2
    assert "5,091" not in page
    assert "75 days" in page
    assert "Start with half of the visits for a few weeks" in page
