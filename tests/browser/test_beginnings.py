"""What people see who have no shop yet, or none any more, and strangers where no demo runs."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.shops import installs
from tests.browser.accessibility import WIDTHS, problems_at
from tests.browser.test_home import speak
from tests.browser.words import words_in
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

Become = Callable[[User], None]


@pytest.fixture
def site_without_demo(live_server: Any, settings: Any, transactional_db: None) -> str:
    """The address of a site without a demo."""
    settings.DEMO = False
    return str(live_server.url)


@pytest.fixture
def become_user(page: Any, site_without_demo: str, settings: Any) -> Become:
    """What signs the page in as somebody."""

    def become(user: User) -> None:
        name = settings.SESSION_COOKIE_NAME
        value = signed_in(user).cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": site_without_demo}])

    return become


@pytest.mark.parametrize(("here", "chosen"), [("Europe/Lisbon", "Europe/Lisbon"), ("UTC", "")])
def test_the_time_zone_of_a_new_shop_is_the_browsers_where_it_names_a_place(
    page: Any, site_without_demo: str, become_user: Become, here: str, chosen: str
):
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": here})
    become_user(make_person("new@example.com"))
    page.goto(f"{site_without_demo}/bring-in/new/")
    expect(page.locator("#id_timezone")).to_have_value(chosen)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_beginnings_and_ends_are_accessible_and_fit_their_width(
    page: Any, site_without_demo: str, become_user: Become, language: str, scheme: str
):
    say, found = words_in(language), {}
    speak(page, site_without_demo, language)
    page.emulate_media(color_scheme=scheme)

    def look(path: str, heading: str) -> None:
        page.goto(site_without_demo + path)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        found[heading] = problems_at(page, *WIDTHS[language])

    look("/", say("Show each shopper what suits them, and say why"))
    become_user(make_person("new@example.com", language=language))
    look("/", say("Start here"))
    look("/bring-in/new/", say("Start with your files"))
    departed = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    installs.uninstall_shop(departed, None)
    become_user(make_member(departed, Role.OWNER, language=language))
    look("/", say("What is kept, and until when"))
    assert {heading: problems for heading, problems in found.items() if problems} == {}
