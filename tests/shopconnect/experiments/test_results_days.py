"""The page of results over time: the deciding figure day by day, some days only, and their file."""

import csv
import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from recommender.products.types import VARIETY_KIND
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.models import Experiment, Report
from shopconnect.experiments.results import page_of, weigh_results
from shopconnect.experiments.services import end_experiment, start_experiment
from shopconnect.experiments.types import FigureName, ShelfTally
from tests.shopconnect.experiments.world import DAYS, fill
from tests.shopconnect.shops.conftest import make_member, signed_in

DESCRIBES = "These figures describe the days you choose but decide nothing"
VERDICT = re.compile(r'<h2 class="verdict.*?</figure>', re.DOTALL)


@pytest.fixture
def member(shop):
    return signed_in(make_member(shop, Role.ANALYST))


@pytest.fixture
def weighed(shop, settings):
    settings.HOLD_OUT_PERCENT = 50
    fill(shop, {"A": 0.45, "H": 0.25}, visitors=1500)
    weigh_results(shop)
    return shop


def read(client, query="", language="en"):
    answer = client.get(f"/results/{query}", headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def day(ago):
    # Days are the shop's: towards midnight in UTC, Paris is a day further.
    return (now() - timedelta(days=ago)).astimezone(ZoneInfo("Europe/Paris")).date().isoformat()


def rows_of_file(answer):
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("language", "name", "title", "table"),
    [
        ("en", "Revenue per visitor, the deciding metric", "Uplift in revenue per visitor", "View as a table"),
        (
            "fr",
            "Chiffre d’affaires par visiteur, l’indicateur décisif",
            "Gain de CA par visiteur",
            "Afficher en tableau",
        ),
    ],
)
def test_the_deciding_figure_is_named_and_drawn_over_time(weighed, member, language, name, title, table):
    page = read(member, language=language)
    assert (
        page.index(name) < page.index('class="verdict good"') < page.index('<figure class="trend">') < page.index(table)
    )
    drawing = re.search(r'<figure class="trend">.*?</svg>', page, re.DOTALL)[0]
    assert f'<title id="trend-title">{title}' in drawing
    assert re.search(r'<desc id="trend-desc">[^<]*[+−]\d', drawing)
    upper_and_lower, line = (
        re.search(rf'<{one} points="([^"]+)"', drawing)[1].split() for one in ("polygon", "polyline")
    )
    assert len(upper_and_lower) == 2 * len(line)
    listed = page.split(table)[1].split("</table>")[0]
    assert listed.count("<tr data-at=") == len(line)
    with shop_scope(weighed):
        known = [one for one in Report.objects.get().figures["history"]["days"] if one[2]]
    assert len(line) == -(-len(known) // -(-len(known) // 31))


def test_of_a_handful_of_the_orders_no_line_is_drawn(weighed, member, monkeypatch):
    monkeypatch.setattr("shopconnect.experiments.types.LEAST_COVERED", 1.01)  # a shop of which most is not seen
    page = read(member)
    assert "too few to draw a conclusion" in page
    assert "Not known yet, for the reason given above." in page
    assert "An order counts once your platform has confirmed it" in page
    assert "trend-title" not in page
    assert "Pas encore connu, pour la raison indiquée plus haut." in read(member, language="fr")


@pytest.mark.parametrize("is_over", [False, True])
def test_a_test_of_a_against_b_has_a_line_of_its_own(shop, member, settings, is_over):
    settings.HOLD_OUT_PERCENT = 0
    start_experiment(shop, VARIETY_KIND, 10, 56)
    with shop_scope(shop):
        Experiment.objects.update(started_at=now() - timedelta(days=DAYS))
    fill(shop, {"A": 0.25, "B": 0.45}, visitors=1500)
    assert 'class="trend"' not in read(member)  # nothing was weighed yet
    weigh_results(shop)
    if is_over:
        with shop_scope(shop):
            Experiment.objects.update(ends_at=now())
        weigh_results(shop)
    found = page_of(shop)
    revenue = found.current.comparison.figure(FigureName.REVENUE)
    last = found.experiment_history.days[-1].found
    assert (last.low, last.high) == (revenue.low, revenue.high)
    page = read(member)
    assert page.count('<figure class="trend">') == 1
    card = page[page.index('id="test"') :].split("</section>")[0]
    assert '<title id="test-trend-title">Uplift in revenue per visitor' in card
    assert 'aria-labelledby="test-trend-title test-trend-desc"' in card
    assert card.index("A visitor in variant B brings in") < card.index('<figure class="trend">')


def test_a_new_test_does_not_show_the_line_of_the_one_before(shop, member, settings):
    settings.HOLD_OUT_PERCENT = 0
    start_experiment(shop, VARIETY_KIND, 10, 56)
    with shop_scope(shop):
        Experiment.objects.update(started_at=now() - timedelta(days=DAYS))
    fill(shop, {"A": 0.25, "B": 0.45}, visitors=1500)
    weigh_results(shop)
    end_experiment(shop)
    start_experiment(shop, VARIETY_KIND, 2, 56)
    assert page_of(shop).experiment_history is None
    assert 'class="trend"' not in read(member)


def test_both_lines_stand_on_one_page_and_each_has_its_name(weighed, member):
    start_experiment(weighed, VARIETY_KIND, 10, 56)
    with shop_scope(weighed):
        Experiment.objects.update(started_at=now() - timedelta(days=DAYS))
    weigh_results(weighed)
    page = read(member)
    names = re.findall(r' id="([\w-]+)"', page)
    assert len(names) == len(set(names))


def test_everything_but_the_verdict_is_folded(weighed, member):
    page = read(member)
    for said in ("Visits with an order", "Clicks by shelf", "Excluded from training", "How long it takes, and"):
        before = page[: page.index(said)]
        assert before.count("<details") > before.count("</details>"), said
    assert "<details open" not in page


def test_below_its_size_a_shop_reads_what_can_be_known_now(shop, member, settings):
    settings.HOLD_OUT_PERCENT = 50
    assert "each group needs 50 buyers." in read(member)
    fill(shop, {"A": 0.4, "H": 0.4}, visitors=60)
    with shop_scope(shop):
        store_tallies([ShelfTally(now().date().isoformat(), "cart", "A", 200, 4, 0, 10)])
    weigh_results(shop)
    page = read(member)
    treated, control = page_of(shop).history.buyers
    assert 0 < min(treated, control) < 50
    assert f"So far, {treated} have bought with suggestions and {control} without." in page
    assert "In 28 days, suggestions were requested 200 times: 5% led to a click, 2% were empty." in page
    assert "Once the model is trained, it’s tested on your latest orders" in page
    assert "trend-title" not in page
    assert "Ce que nous savons à ce stade" in read(member, language="fr")


def test_some_days_describe_and_the_verdict_stays(weighed, member):
    whole, some = read(member), read(member, f"?from={day(20)}&to={day(11)}")
    assert VERDICT.search(some)[0] == VERDICT.search(whole)[0]
    assert DESCRIBES in whole
    assert DESCRIBES in some
    visits = [re.search(r"Visits</th><td[^>]*>([\d,]+)", page)[1].replace(",", "") for page in (whole, some)]
    assert 0 < int(visits[1]) < int(visits[0])
    assert f'href="/results/days.csv?from={day(20)}&to={day(11)}"' in some
    assert "<details open" in some
    assert "ne décident de rien" in read(member, f"?to={day(11)}", "fr")


@pytest.mark.parametrize(
    ("query", "english", "french"),
    [
        ("?from=soon", "Enter a date such as 2026-11-25.", "Saisissez une date comme 2026-11-25."),
        ("?to=2026-02-30", "Enter a date such as 2026-11-25.", "Saisissez une date comme 2026-11-25."),
        ("?from=%00", "Enter a date such as 2026-11-25.", "Saisissez une date comme 2026-11-25."),
        (
            "?from=2026-03-02&to=2026-03-01",
            "The first day must be before the last day.",
            "Le premier jour doit précéder",
        ),
        (
            "?to=0001-01-01",
            "The comparison has no data for these days: it runs from",
            "La comparaison n’a pas de données",
        ),
        (
            "?from=9999-12-31",
            "The comparison has no data for these days: it runs from",
            "La comparaison n’a pas de données",
        ),
    ],
)
def test_days_that_make_no_sense_are_refused_with_a_sentence(weighed, member, query, english, french):
    page = read(member, query)
    assert english in page
    assert french in read(member, query, "fr")
    assert f"days.csv?from={day(DAYS)}&to={day(0)}" in page  # the whole comparison is shown
    answer = member.get(f"/results/days.csv{query}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/results/?")


def test_the_ends_of_the_calendar_are_as_far_as_the_comparison_goes(weighed, member):
    page = read(member, "?from=0001-01-01&to=9999-12-31")
    assert f"days.csv?from={day(DAYS)}&to={day(0)}" in page


def test_the_file_has_a_line_a_day_and_group(weighed, member):
    answer = member.get(f"/results/days.csv?from={day(20)}&to={day(11)}", headers={"accept-language": "en"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="results-first-{day(20)}-{day(11)}.csv"'
    rows = rows_of_file(answer)
    assert [row["Day"] for row in rows] == [day(ago) for ago in range(20, 10, -1) for _group in range(2)]
    assert {row["Group"] for row in rows} == {"With suggestions", "Without suggestions"}
    shown = {one.day.isoformat(): one for one in page_of(weighed).history.days}
    for row in rows:
        arm = shown[row["Day"]].treated if row["Group"].startswith("With ") else shown[row["Day"]].control
        assert (row["Visitors"], row["Visits"], row["Visits with an order"]) == tuple(
            map(str, (arm.visitors, arm.visits, arm.buying_visits))
        )
        assert (row["Revenue"], row["Currency"]) == (f"{arm.revenue:.2f}", "EUR")


def test_the_file_speaks_french_and_holds_the_whole_comparison_unless_asked(weighed, member):
    rows = rows_of_file(member.get("/results/days.csv", headers={"accept-language": "fr"}))
    assert len(rows) == 2 * (DAYS + 1)
    assert list(rows[0]) == [
        "Jour",
        "Groupe",
        "Visiteurs",
        "Visites",
        "Visites avec commande",
        "Chiffre d’affaires",
        "Devise",
    ]


def test_only_who_may_see_the_page_gets_the_file(weighed, other_shop):
    support = signed_in(make_member(weighed, Role.SUPPORT))
    assert support.get("/results/days.csv").status_code == 403
    stranger = signed_in(make_member(other_shop, Role.OWNER))
    assert stranger.get("/results/days.csv")["Location"] == "/results/?#by-day"  # nothing was counted there
