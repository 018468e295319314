"""A shop that comes in from its platform, and a price that is changed there, in a real browser."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from shopconnect.connectors.base import ResourceType
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import Shop
from shopconnect.sync.models import Backfill
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import become, speak
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401

PICTURES = os.environ.get("PICTURES", "")  # a folder to look at what the tests saw


@pytest.fixture
def coming(transactional_db: None, nobody_is_woken: None, installed: ShopId) -> ShopId:  # noqa: F811
    """A shop half of which is in; each thing is at another step. No worker hears of its install."""
    put(installed, ResourceType.SHOP, state="done")
    put(installed, ResourceType.PRODUCT, state="downloaded", total=20_000, count=12_400)
    put(installed, ResourceType.CUSTOMER, state="asked", total=3200)
    put(
        installed,
        ResourceType.ORDER,
        state="waiting",
        blocker="refused",
        detail="Access denied for orders field.",
        again_at=now() + timedelta(minutes=8),
    )
    return installed


@pytest.fixture
def site_of_owner(coming: ShopId, live_server: Any, page: Any) -> str:
    """The site's address, its page signed in as the shop's owner."""
    call_command("demo_accounts", Shop.objects.get(pk=coming).slug, verbosity=0)
    become(page, live_server.url, "owner")
    return str(live_server.url)


def put(shop_id: ShopId, thing: ResourceType, **fields: object) -> None:
    with shop_scope(shop_id):
        Backfill.objects.filter(resource=thing).update(**{"moved_at": now(), **fields})


def look(page: Any, name: str) -> list[str]:
    """Return what is wrong with a page at two widths, and keep pictures of it where they are wanted."""
    widths = WIDTHS[page.evaluate("document.documentElement.lang")]
    found = problems_at(page, *widths)
    for width in widths if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    return [f"{name} {width}: {problem}" for width, problems in found.items() for problem in problems]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_each_step_of_a_first_sync_is_plain_to_see(page, coming, site_of_owner, outside, language, scheme):  # noqa: F811
    speak(page, site_of_owner, language)
    page.emulate_media(color_scheme=scheme)
    problems = []
    for path in ("/", "/bring-in/"):
        page.goto(site_of_owner + path)
        problems += look(page, f"coming{path.replace('/', '-')}{language}")
    put(coming, ResourceType.PRODUCT, blocker="away", again_at=now() + timedelta(minutes=4))
    put(coming, ResourceType.CUSTOMER, blocker="sign_in")
    for path in ("/", "/bring-in/"):
        page.goto(site_of_owner + path)
        problems += look(page, f"held-up{path.replace('/', '-')}{language}")
    assert problems == []


def test_a_page_that_waits_looks_again_by_itself(page, coming, site_of_owner, outside):  # noqa: F811
    page.goto(site_of_owner + "/bring-in/")
    assert "12,400 of 20,000 imported" in page.inner_text("main")
    put(coming, ResourceType.PRODUCT, count=15_000)
    page.get_by_text("15,000 of 20,000 imported").wait_for()


def test_without_scripts_the_page_offers_to_look_again(browser, coming, site_of_owner, page, outside):  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(site_of_owner + "/bring-in/")
    put(coming, ResourceType.PRODUCT, count=15_000)
    plain.get_by_role("link", name="Refresh").click()
    assert "15,000 of 20,000 imported" in plain.inner_text("main")
    context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_price_is_changed_and_taken_back(page, coming, site_of_owner, outside, language):  # noqa: F811
    with shop_scope(coming):
        Backfill.objects.update(state="waiting", blocker="", total=0, count=0)
    work_through(coming)
    speak(page, site_of_owner, language)
    problems = []
    page.goto(site_of_owner + "/prices/")
    problems += look(page, f"prices-empty-{language}")
    page.fill("#search", "Thing 3")
    page.keyboard.press("Enter")
    page.locator(".choice a").first.wait_for()
    problems += look(page, f"prices-found-{language}")
    page.locator(".choice a").first.click()
    page.fill("#price", "9,50")
    problems += look(page, f"prices-form-{language}")
    page.locator("main form .primary").click()
    page.locator("button[name=seen]").wait_for()
    problems += look(page, f"prices-seen-{language}")
    page.locator("button[name=seen]").click()
    page.locator(".badge.warning").wait_for()
    problems += look(page, f"prices-waiting-{language}")
    work_through(coming, "push_change")
    page.locator(".badge.good").wait_for()
    page.locator("table form button").click()
    page.locator(".badge.warning").wait_for()
    outside.tell(prices={"3-1": "11"})
    work_through(coming, "push_change")
    page.locator(".badge.bad").wait_for()
    problems += look(page, f"prices-full-{language}")
    assert problems == []
