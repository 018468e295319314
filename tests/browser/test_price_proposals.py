"""A price is proposed, approved, written to the platform, sells too little, and is restored; in both languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from recommender.prices.models import PriceProposal
from recommender.prices.proposals.learning import learn_price_proposals
from recommender.prices.proposals.watching import watch_prices
from recommender.prices.proposals.writing import write_prices
from recommender.prices.testing.measuring import measure_tests
from recommender.prices.types import ProposalState
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import install_shop
from shopconnect.shops.models import Shop
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import become, speak
from tests.browser.words import words_in
from tests.recommender.prices.shops import IDS, reprice, sell, stock_mugs
from tests.recommender.prices.test_learning import NEW
from tests.recommender.prices.test_price_tests import VARIANT, live, turn, until_turn
from tests.shopconnect.sync.conftest import outside, told, work_through  # noqa: F401
from tests.shopconnect.sync.outside import SHOP, TOKENS


@pytest.fixture
def priced(transactional_db: None, outside: Any, told: Any, live_server: Any, page: Any) -> ShopId:  # noqa: F811
    """A shop of mugs on a platform, of which last night's proposals wait; the page is signed in as its owner."""
    shop_id = install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    stock_mugs(shop_id)
    learn_price_proposals(shop_id)
    slug = Shop.objects.filter(pk=shop_id).values_list("slug", flat=True).get()
    call_command("demo_accounts", slug, verbosity=0)
    Shop.objects.filter(pk=shop_id).update(is_demo=True)
    become(page, live_server.url, "owner")
    return shop_id


@pytest.mark.usefixtures("nobody_is_woken")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_proposal_to_a_restored_price(page: Any, live_server: Any, priced: ShopId, outside: Any, language: str):  # noqa: F811
    say, address = words_in(language), live_server.url
    speak(page, address, language)
    page.goto(address)
    page.get_by_role("navigation").get_by_role("link", name=say("Price proposals"), exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(4)
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.locator("main").get_by_role("link", name="Red", exact=True).click()
    expect(page.get_by_role("heading", name=say("Every rule and what it did"))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("button", name=say("Approve"), exact=True).click()
    write_prices(priced)
    work_through(priced, "push_change")
    assert outside.told("prices", {}) == {"1-1": "11.9"}
    reprice(priced, "red", NEW)
    write_prices(priced)
    with shop_scope(priced):
        PriceProposal.objects.filter(state=ProposalState.WRITTEN).update(written_at=now() - timedelta(days=9))
    page.get_by_role("link", name=say("Being watched"), exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert problems_at(page, *WIDTHS[language], 320) == {}
    sell(priced, "red", 1, NEW, 8)
    watch_prices(priced)
    work_through(priced, "push_change")
    assert outside.told("prices", {})["1-1"].startswith("10.9")
    page.get_by_role("link", name=say("Past"), exact=True).click()
    expect(page.get_by_text(say("price restored"))).to_be_visible()
    page.goto(f"{address}/prices/proposals/rules/")
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("button", name=say("Save the rules")).click()
    page.goto(f"{address}/shops/notices/")
    expect(page.locator("main").get_by_text("«\u00a0Red\u00a0»" if language == "fr" else "“Red”").first).to_be_visible()


@pytest.mark.usefixtures("nobody_is_woken")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_price_test_is_started_takes_a_turn_and_is_stopped(
    page: Any,
    live_server: Any,
    priced: ShopId,
    outside: Any,  # noqa: F811
    language: str,
):
    say, address = words_in(language), live_server.url
    speak(page, address, language)
    page.goto(f"{address}/prices/proposals/")
    page.get_by_role("link", name=say("Price tests"), exact=True).click()
    expect(page.get_by_role("heading", name=say("Products whose price is worth testing"))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.locator("main").get_by_role("checkbox").check()
    page.get_by_role("button", name=say("Start the test")).click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    until_turn(priced, 1)
    turn(priced)
    assert outside.told("prices", {}) == {VARIANT: "11.9"}
    reprice(priced, "still", NEW)
    live(priced, -0.2, 49)
    measure_tests(priced)
    page.locator("main").get_by_role("link", name="Still", exact=True).click()
    expect(page.get_by_role("heading", name=say("Which price when"))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.locator("main form[action*='/tests/stop/'] button").click()
    expect(page.locator("main").get_by_text(say("stopped"), exact=True)).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
    turn(priced)
    assert outside.told("prices", {})[VARIANT].startswith("10.9")


@pytest.mark.usefixtures("nobody_is_woken")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_promotion_is_planned_worked_out_and_removed(page: Any, live_server: Any, priced: ShopId, language: str):
    say, address = words_in(language), live_server.url
    speak(page, address, language)
    page.goto(f"{address}/prices/promotions/")
    first = now().date() + timedelta(days=9)
    for name, value in (("name", "Soldes"), ("words", "mugs"), ("percent", "20")):
        page.locator(f"#{name}").fill(value)
    page.locator("#starts_on").fill(first.isoformat())
    page.locator("#ends_on").fill((first + timedelta(days=13)).isoformat())
    page.get_by_role("button", name=say("Plan the promotion")).click()
    expect(page.locator("main").get_by_text(say("planned"), exact=True)).to_be_visible()
    page.get_by_role("link", name="Soldes").click()
    expect(page.get_by_text(say("Being calculated. This takes a few minutes."))).to_be_visible()
    learn_price_proposals(priced)
    page.reload()
    expect(page.locator("main tbody tr")).to_have_count(len(IDS))
    assert problems_at(page, *WIDTHS[language], 320) == {}
    page.get_by_role("button", name=say("Remove the promotion")).click()
    expect(page.get_by_text(say("Promotion removed."))).to_be_visible()
    assert problems_at(page, *WIDTHS[language], 320) == {}
