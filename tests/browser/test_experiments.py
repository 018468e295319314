"""Tests on half of the visits in a real browser: begun by keyboard or without scripts, accessible at every width."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from recommender.products.experiments import start_diversity_experiment
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.decisions import stop_experiment
from shopconnect.experiments.models import Experiment, Report
from shopconnect.experiments.results import weigh_results
from shopconnect.experiments.services import configs
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import become, merchant, speak  # noqa: F401
from tests.browser.test_results import OPEN_ALL
from tests.recommender.products.shops import fill_shop, train, vary
from tests.shopconnect.experiments.world import fill


@pytest.fixture
def varied(merchant: str, small_shop: ShopId, settings: Any) -> str:  # noqa: F811
    """The site's address; its shop has learnt, and another setting of variety shows something else."""
    settings.HOLD_OUT_PERCENT = 0
    fill_shop(small_shop)
    train(small_shop)
    vary(small_shop, suggest(small_shop, None, Context(product="p12"))[0].external_id)
    configs.forget()
    return merchant


def run_one(shop_id: ShopId, chances: dict[str, float], seed: int) -> int:
    """Have a test of variety run for forty days; its public id."""
    start_diversity_experiment(shop_id, 1, 10, 56)
    with shop_scope(shop_id):
        Experiment.objects.filter(ended_at=None).update(started_at=now() - timedelta(days=40))
    configs.forget()
    fill(shop_id, chances, visitors=1500, seed=seed)
    weigh_results(shop_id)
    with shop_scope(shop_id):
        return int(Experiment.objects.get(ended_at=None).public_id)


@pytest.mark.timeout(300)
def test_a_test_is_begun_from_its_setting_and_ended(page: Any, varied: str):
    page.goto(f"{varied}/suggestions/")
    page.get_by_role("link", name="A/B test another setting first").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start the test").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The test has started.").wait_for()
    assert "At most 10% of accuracy for variety, which shows 40% of the catalogue" in page.inner_text("#test")
    expect(page.get_by_role("button", name="Keep variant B for everyone")).to_be_hidden()
    page.get_by_role("button", name="End the test").click()
    page.get_by_text("The test has ended. Everyone sees variant A.").wait_for()
    page.get_by_text("Past tests").click()
    assert "Ended by an owner" in page.inner_text("main")


@pytest.mark.timeout(300)
def test_a_draft_is_tested_without_scripts(browser: Any, varied: str, page: Any):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    context.add_cookies(page.context.cookies())
    plain.goto(f"{varied}/rules/?add=limit")
    plain.locator("#most").select_option("2")
    plain.locator("main form.inline button.primary").click()
    plain.get_by_role("link", name="A/B test it first").click()
    plain.get_by_label("Publish without a simulation").check()
    plain.get_by_label("Duration").select_option("14")
    plain.get_by_role("button", name="Start the test").click()
    assert "Added: At most 2 products per category" in plain.inner_text("#test")
    context.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_tests_are_accessible_and_fit_their_width(
    page: Any, varied: str, small_shop: ShopId, language: str, scheme: str
):
    stop_experiment(small_shop, 1, run_one(small_shop, {"A": 0.3, "B": 0.3}, seed=2))
    run_one(small_shop, {"A": 0.2, "B": 0.5}, seed=1)
    speak(page, varied, language)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{varied}/rules/?add=limit")
    page.locator("main form.inline button.primary").click()
    if language == "en":
        page.goto(f"{varied}/results/")
        page.get_by_text("Past tests").click()
        assert "Too few visits to tell: between" in page.inner_text("main")
    found = look(page, varied, "running", "/results/", "/results/test/variety/", "/results/test/rules/0/", "/rules/")
    with shop_scope(small_shop):
        Experiment.objects.filter(ended_at=None).update(ended_at=now())
    found |= look(page, varied, "before", "/suggestions/", "/results/test/variety/", "/results/test/rules/0/")
    with shop_scope(small_shop):
        report = Report.objects.get()
        report.figures["days"] = [[50, 10, 1200], [50, 5, 4800]]
        report.save()
    assert found | look(page, varied, "small", "/results/test/variety/") == {}


def look(page: Any, site: str, state: str, *paths: str) -> dict[str, list[str]]:
    """Return what is wrong with some pages, at three widths."""
    found = {}
    for path in paths:
        assert page.goto(site + path).status == 200, path
        page.evaluate(OPEN_ALL)
        problems = problems_at(page, *WIDTHS[page.evaluate("document.documentElement.lang")])
        found |= {f"{state} {path}": problems} if problems else {}
    return found
