"""A passkey is added, signs in alone and as a second step, and is asked for again, in a real browser."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from shopconnect.accounts.models import SignIn
from tests.browser.accessibility import problems_of
from tests.shopconnect.shops.conftest import PASSWORD, make_person


@pytest.fixture
def device(page: Any) -> None:
    """An authenticator built into the browser's device, which says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.locator("#id_login").fill("ada@example.com")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Any, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("logout"))


def test_a_passkey_signs_in_alone_and_as_a_second_step(transactional_db, live_server, page, device):
    make_person("ada@example.com")
    site = live_server.url
    sign_in(page, site)
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert problems_of(page) == []
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    page.goto(f"{site}/accounts/2fa/webauthn/")
    assert problems_of(page) == []
    sign_out(page, site)
    page.goto(f"{site}/accounts/login/")
    assert problems_of(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).not_to_have_url(re.compile("login"))
    assert SignIn.objects.latest("id").way == "passkey"
    sign_out(page, site)
    sign_in(page, site)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).not_to_have_url(re.compile("2fa|login"))
    assert SignIn.objects.latest("id").way == "code"
