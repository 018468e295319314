"""The page of rules in a real browser: a draft from end to end by keyboard, without scripts, at two widths."""

from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.core.tenancy.context import ShopId
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import become, merchant, speak  # noqa: F401
from tests.browser.words import words_in
from tests.recommender.products.shops import fill_shop, train


@pytest.fixture
def rules_page(merchant: str, small_shop: ShopId, page: Any) -> str:  # noqa: F811
    """The address of the rules of a shop that has learnt; a worker stands behind it."""
    fill_shop(small_shop)
    train(small_shop)
    return f"{merchant}/rules/"


def write_draft(page: Any, address: str) -> None:
    page.goto(f"{address}?add=limit")
    page.locator("#most").select_option("2")
    with page.expect_navigation():
        page.locator("main form.inline button.primary").click()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_draft_is_replayed_by_a_worker_and_put_in_force(
    page: Any, rules_page: str, site: str, worker: Any, language: str
):
    say = words_in(language)
    speak(page, site, language)
    write_draft(page, rules_page)
    page.locator("#replay form button.primary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text(
        say("Orders and visits from %(since)s to %(until)s, eight slots per shelf.", since="", until="")[:16]
    ).wait_for()
    page.get_by_role("button", name=say("Publish the rules")).click()
    page.get_by_text(say("Version %(number)s, by %(who)s, %(at)s", number=1, who="", at="")[:14]).wait_for()
    page.get_by_role("link", name=say("All versions")).click()
    limit = say("At most %(most)d product per category", "At most %(most)d products per category", most=2)
    assert say("Added: %(rule)s", rule=limit) in page.inner_text("main")
    page.get_by_role("button", name=say("Restore the default rules")).click()
    page.get_by_text(say("Default rules")).first.wait_for()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_a_draft_is_accessible_and_fits_its_width(page: Any, rules_page: str, site: str, language: str, scheme: str):
    speak(page, site, language)
    page.emulate_media(color_scheme=scheme)
    write_draft(page, rules_page)
    page.locator("#replay form button.primary").first.click()
    page.locator("#replay table").wait_for()
    expect(page.locator("#replay tbody tr")).to_have_count(2)  # nobody's visit was seen
    found = {}
    for query in ("", "?add=pin&find=carafe", "?add=exclude", "?add=boost", "?add=corridor", "versions/"):
        page.goto(rules_page + query)
        found |= {query: problems} if (problems := problems_at(page, *WIDTHS[language])) else {}
    assert found == {}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_rule_is_written_without_scripts(browser: Any, rules_page: str, site: str, page: Any, language: str):
    say = words_in(language)
    speak(page, site, language)
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    context.add_cookies(page.context.cookies())
    write_draft(plain, rules_page)
    assert say("not published") in plain.inner_text("main")
    expect(plain.get_by_role("heading", name=say("With the draft"))).to_be_visible()
    context.close()


def titles_on(page: Any, shelf: str) -> list[str]:
    return [title.strip() for title in page.locator(f"ol[aria-labelledby={shelf}] a.title").all_inner_texts()]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_product_is_moved_in_the_preview_by_an_arrow_key_and_by_dragging(
    page: Any, rules_page: str, site: str, language: str
):
    speak(page, site, language)
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(rules_page)
    before = titles_on(page, "preview")
    page.locator("ol[aria-labelledby=preview] li").first.get_by_role("button").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name=words_in(language)("With the draft")).wait_for()
    assert titles_on(page, "now") == before
    moved = titles_on(page, "with-draft")
    assert moved[:2] == [before[1], before[0]]
    assert page.evaluate("document.activeElement.dataset.key") == "ArrowLeft"  # of the product that was moved
    cards = page.locator("ol[aria-labelledby=with-draft] li")
    third = moved[2]
    cards.nth(2).drag_to(cards.nth(0))
    expect(cards.first.locator("a.title")).to_have_text(third)
    assert titles_on(page, "now") == before
