"""Signing in with a password, as people do."""

from typing import Any

from django.conf import settings

from tests.shopconnect.shops.conftest import PASSWORD


def sign_in(page: Any, site: str, email: str, language: str) -> None:
    """Sign in on the page of signing in, in a language, and wait for what comes after it."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
    page.goto(f"{site}/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
