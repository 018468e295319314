"""A merchant tests rules or variety on half of the visits: how long it takes, what runs, keep it or end it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from recommender.products.rules import services as rules
from recommender.products.selectors import diversity_percent
from recommender.products.serving import ready
from recommender.products.serving.shelves import suggest
from recommender.products.types import RULES_KIND, Context
from shopconnect.accounts.types import Role
from shopconnect.core.cache.redis import client as redis_client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.models import Experiment, Report
from shopconnect.experiments.results import weigh_results
from shopconnect.experiments.services import configs, start_experiment
from shopconnect.experiments.types import Because
from tests.recommender.products.shops import fill_shop, train, vary
from tests.shopconnect.experiments.world import fill
from tests.shopconnect.shops.conftest import make_member, signed_in

PATHS = ("variety", "rules/0", "rules/1", "keep", "end")


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.HOLD_OUT_PERCENT = 0
    configs.forget()
    ready.forget()
    redis_client().flushdb()
    yield
    configs.forget()


@pytest.fixture
def owner(shop):
    return signed_in(make_member(shop, Role.OWNER))


@pytest.fixture
def varied_shop(shop):
    fill_shop(shop)
    train(shop)
    vary(shop, suggest(shop, None, Context(product="p12"))[0].external_id)
    return shop


def read(client, path="/results/", status=200, language="en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == status
    return re.sub(r"\s+", " ", unescape(answer.content.decode()).replace("\xa0", " "))


def draft(shop_id) -> None:
    rules.add_rule(shop_id, 1, {"kind": "bought", "days": 10})


def trial_of(shop_id) -> Experiment:
    with shop_scope(shop_id):
        return Experiment.objects.latest("id")


def weighed(shop_id, chances, days=40, visitors=3000) -> None:
    """Have the test that runs have begun some days ago, with so many buyers in each arm, and weigh it."""
    with shop_scope(shop_id):
        Experiment.objects.filter(ended_at=None).update(started_at=now() - timedelta(days=days))
    fill(shop_id, chances, visitors=visitors)
    weigh_results(shop_id)
    configs.forget()


def test_variety_is_tested_from_its_setting_to_everybody(varied_shop, owner, monkeypatch):
    assert "/results/test/variety/" in read(owner, "/suggestions/")
    page = read(owner, "/results/test/variety/")
    assert "A</dt><dd>At most 5% of accuracy for variety, which shows 30% of the catalogue" in page
    assert page.count('name="percent"') == 1
    assert "At most 10% of accuracy for variety, which shows 40% of the catalogue" in page
    assert "We can’t estimate how long it will take yet" in page
    for _ in range(2):  # a second click
        assert owner.post("/results/test/variety/", {"percent": "10", "days": "28"})["Location"] == "/results/"
    page = read(owner)
    assert "It’s too early to say which variant brings in more." in page
    assert "At most 5% of accuracy" in page
    assert "At most 10% of accuracy" in page
    assert "Keep variant B for everyone" not in page
    assert "Tester d’abord" in read(owner, "/suggestions/", language="fr")
    answer = owner.post("/suggestions/variety/", {"percent": "2"}, follow=True)
    assert "An A/B test on this is running." in answer.content.decode()
    weighed(varied_shop, {"A": 0.25, "B": 0.45})
    page = read(owner)
    assert re.search(r"A visitor in variant B brings in \d+% more than one in variant A", page)
    assert re.search(r"Un visiteur de la variante B rapporte \d+ % de plus", read(owner, language="fr"))
    assert "sizes as expected" in page
    assert page.count('data-label="B"') >= 5
    test = str(trial_of(varied_shop).public_id)
    assert owner.post("/results/test/keep/", {"test": "12"})["Location"] == "/results/"
    assert trial_of(varied_shop).ended_at is None
    said = owner.post("/results/test/keep/", {"test": test}, follow=True).content.decode()
    assert "Variant B is kept. Everyone will see it within minutes." in said
    assert (trial_of(varied_shop).ended_because, trial_of(varied_shop).value) == (Because.KEPT, 10)
    with shop_scope(varied_shop):
        assert diversity_percent() == 10
    page = read(owner)
    assert "Variant B was kept for everyone" in page
    assert re.search(r"Past tests.*At most 10% of accuracy for variety.*\+\d+%, between", page)
    assert "A/B test" not in page
    assert "The latest" not in page
    monkeypatch.setattr("shopconnect.experiments.results.MOST_EXPERIMENTS", 1)
    with shop_scope(varied_shop):
        another = Experiment.objects.latest("id")
        another.pk, another.public_id = None, 12
        another.save()
    assert "The latest 1 of 2." in read(owner)


def test_a_draft_of_rules_is_tested_and_ended(shop, owner):
    draft(shop)
    assert "/results/test/rules/0/" in read(owner, "/rules/")
    page = read(owner, "/results/test/rules/0/")
    assert "The default rules" in page
    assert "Added: No products the shopper bought in the last 10 days" in page
    seen = re.search(r'name="expected_etag" value="(\w+)"', page)[1]
    refused = owner.post("/results/test/rules/0/", {"expected_etag": seen, "days": "56"})
    assert "Run a simulation first" in refused.content.decode()
    assert 'value="56" selected' in refused.content.decode()
    for _ in range(2):  # a second click finds no draft
        owner.post("/results/test/rules/0/", {"expected_etag": seen, "days": "56", "is_confirmed": "1"})
    page = read(owner)
    assert "Version 1 of the rules" in page
    assert "Added: No products the shopper bought in the last 10 days" in page
    assert "for a test" in read(owner, "/rules/versions/")
    assert "An A/B test on this is running" in read_after(owner, "/rules/undo/1/")
    draft_again = {"kind": "bought", "days": "20"}
    owner.post("/rules/add/", draft_again)
    mark = re.search(r'name="expected_etag" value="(\w+)"', read(owner, "/rules/"))[1]
    assert owner.post("/rules/publish/", {"expected_etag": mark, "is_confirmed": "1"}).status_code == 409
    with shop_scope(shop):
        Experiment.objects.update(started_at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC))  # in Paris it is October
    page = read(owner, "/results/test/rules/0/")
    assert "one test at a time, and one has been running since 1 October 2026" in page
    assert "Start the test" not in page
    assert (
        owner.post("/results/test/rules/0/", {"expected_etag": mark, "is_confirmed": "1", "days": "14"}).status_code
        == 409
    )
    assert rules.find_draft(shop) is not None
    owner.post("/results/test/end/", {"test": str(trial_of(shop).public_id)})
    page = read(owner)
    assert "Ended by an owner" in page
    assert "Too few buyers to tell" in page
    assert "Start the test" in read(owner, "/results/test/rules/1/")


def read_after(client, path) -> str:
    return client.post(path).content.decode()


def test_the_page_says_how_long_it_takes_and_a_small_shop_that_it_takes_too_long(shop, owner):
    draft(shop)
    with shop_scope(shop):
        start_experiment(shop, RULES_KIND, 3, 14)
    fill(shop, {"A": 0.3, "B": 0.3}, visitors=200)
    weigh_results(shop)
    owner.post("/results/test/end/", {"test": str(trial_of(shop).public_id)})
    said = {(50, 10): 30, (50, 5): 110}
    for days, texts in (
        (said, ("about 30 days", "about 110 days", 'value="56" selected')),
        ({(50, 10): 100, (50, 5): 400}, ("about 100 days", "about 400 days, longer than the longest test (180 days)")),
        (
            {(50, 10): 900, (50, 5): 3600},
            ("about 900 days to detect even a difference of 10%", "for at most 180 days", 'value="180" selected'),
        ),
    ):
        with shop_scope(shop):
            report = Report.objects.get()
            report.figures["days"] = [[share, effect, count] for (share, effect), count in days.items()]
            report.save()
        page = read(owner, "/results/test/rules/0/")
        for text in texts:
            assert text in page


def test_visits_that_are_held_out_make_it_take_longer(shop, owner, settings):
    settings.HOLD_OUT_PERCENT = 20
    draft(shop)
    weigh_results(shop)
    with shop_scope(shop):
        report = Report.objects.get()
        report.figures["days"] = [[50, 10, 40], [50, 5, 160]]
        report.save()
    assert "about 50 days" in read(owner, "/results/test/rules/0/")


def test_a_test_whose_days_are_over_waits_for_a_decision_with_what_was_seen(shop, owner):
    draft(shop)
    owner.post(
        "/results/test/rules/0/",
        {"expected_etag": rules.etag_of(rules.find_draft(shop).rules), "days": "28", "is_confirmed": "1"},
    )
    weighed(shop, {"A": 0.3, "B": 0.3})
    with shop_scope(shop):
        Experiment.objects.update(ends_at=now() - timedelta(hours=1))
    weigh_results(shop)
    configs.forget()
    page = read(owner)
    assert "completed" in page
    assert "The difference in revenue per visitor was between" in page
    assert "Keep variant B for everyone" in page
    assert "Keep variant A" in page
    owner.post("/results/test/keep/", {"test": str(trial_of(shop).public_id)})
    assert rules.current_version(shop).undoes == 1
    assert "The same as version 1" in read(owner, "/rules/versions/")


@pytest.mark.parametrize("path", PATHS)
def test_only_an_owner_of_the_shop_tests_anything(shop, other_shop, path):
    draft(shop)
    rules.publish_draft(shop, 1, rules.etag_of(rules.find_draft(shop).rules), is_confirmed=True)
    start_experiment(shop, RULES_KIND, 3, 14)
    test = {"test": str(trial_of(shop).public_id), "days": "14", "percent": "10"}
    for role in (Role.ANALYST, Role.SUPPORT):
        assert signed_in(make_member(shop, role)).post(f"/results/test/{path}/", test).status_code == 403
    stranger = signed_in(make_member(other_shop, Role.OWNER))
    if path.startswith("rules"):
        assert stranger.get(f"/results/test/{path}/").status_code == 404  # another shop's version, or no draft
        assert stranger.post(f"/results/test/{path}/", test).status_code in (302, 404)
    else:
        stranger.post(f"/results/test/{path}/", test)
    assert trial_of(shop).ended_at is None
    with shop_scope(other_shop):
        assert not Experiment.objects.exists()


def test_what_is_not_there_or_makes_no_sense_is_told(shop, owner):
    assert owner.get("/results/test/rules/0/").status_code == 404
    assert owner.get("/results/test/rules/7/").status_code == 404
    assert owner.post("/results/test/rules/7/", {"days": "14"}).status_code == 404
    assert owner.get("/results/test/keep/").status_code == 405
    assert "there’s nothing to test" in read(owner, "/results/test/variety/")
    for hostile in ({}, {"percent": "x"}, {"percent": "9" * 30, "days": "²"}):
        assert owner.post("/results/test/variety/", hostile).status_code == 409
    draft(shop)
    seen = {"expected_etag": rules.etag_of(rules.find_draft(shop).rules), "is_confirmed": "1"}
    for days in ("0", "181", "x", ""):
        answer = owner.post("/results/test/rules/0/", seen | {"days": days})
        assert (answer.status_code, rules.find_draft(shop) is None) == (400, False)
    for number in ("9" * 30, "-1", "x", ""):
        for what in ("keep", "end"):
            assert owner.post(f"/results/test/{what}/", {"test": number}).status_code == 302
