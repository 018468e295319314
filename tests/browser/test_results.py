"""The page of results in a real browser: the line over time, some days and their file, at every width."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.results import weigh_results
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import merchant, speak  # noqa: F401
from tests.shopconnect.experiments.world import fill

OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture
def weighed(merchant: str, small_shop: ShopId, settings: Any) -> str:  # noqa: F811
    """The site's address; its shop surely earns more with suggestions."""
    settings.HOLD_OUT_PERCENT = 50
    fill(small_shop, {"A": 0.45, "H": 0.25}, visitors=1500)
    weigh_results(small_shop)
    return merchant


def day(ago: int) -> str:
    return (now() - timedelta(days=ago)).astimezone(ZoneInfo("Europe/Paris")).date().isoformat()


@pytest.mark.timeout(300)
def test_some_days_are_chosen_and_handed_out(page: Any, weighed: str):
    page.goto(f"{weighed}/results/")
    verdict = page.inner_text(".verdict")
    page.get_by_text("Choose days and download").click()
    page.get_by_label("From", exact=True).fill(day(20))
    page.get_by_label("To", exact=True).fill(day(11))
    page.get_by_role("button", name="Show these days").click()
    expect(page.get_by_role("link", name="All days")).to_be_visible()
    assert page.inner_text(".verdict") == verdict
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download these days as CSV").click()
    assert waited.value.suggested_filename == f"results-front-{day(20)}-{day(11)}.csv"
    with Path(waited.value.path()).open(newline="", encoding="utf-8") as lines:
        assert len(list(csv.reader(lines))) == 1 + 2 * 10


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_results_over_time_are_accessible_and_fit_their_width(page: Any, weighed: str, language: str, scheme: str):
    speak(page, weighed, language)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in ("/results/", f"/results/?from={day(20)}", "/results/?from=soon"):
        page.goto(weighed + path)
        page.evaluate(OPEN_ALL)
        expect(page.locator(".trend svg")).to_be_visible()
        found |= {path: problems} if (problems := problems_at(page, *WIDTHS[language])) else {}
    assert found == {}


@pytest.mark.timeout(300)
def test_what_a_small_shop_is_told_leads_to_what_is_folded(page: Any, merchant: str):  # noqa: F811
    page.goto(f"{merchant}/results/")
    page.get_by_role("link", name="How long it takes").click()
    expect(page.get_by_role("button", name="Start with half of the visits")).to_be_visible()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "advice", "interval"),
    [
        ("en", "go by clicks and your past orders", "So far, the difference in revenue per visitor is between"),
        ("fr", "fiez-vous aux clics et à vos commandes passées", "Pour l’instant, l’écart de chiffre d’affaires"),
    ],
)
def test_a_wide_interval_stands_below_what_to_do(
    page: Any,
    merchant: str,  # noqa: F811
    small_shop: ShopId,
    settings: Any,
    language: str,
    advice: str,
    interval: str,
):
    settings.HOLD_OUT_PERCENT = 20
    fill(small_shop, {"A": 0.6, "H": 0.6}, visitors=700)
    weigh_results(small_shop)
    speak(page, merchant, language)
    for path in ("/", "/results/"):
        page.goto(merchant + path)
        first, below = page.get_by_text(advice).first, page.get_by_text(interval)
        expect(below).to_be_visible()
        assert first.bounding_box()["y"] < below.bounding_box()["y"]
        assert problems_at(page, *WIDTHS[language]) == {}
