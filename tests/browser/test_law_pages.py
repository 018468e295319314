"""The pages of privacy requests and of the plan, on a phone and on a desk, in both languages, without a barrier."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from chatbot.answers.types import ANSWERS
from recommender.products.types import SUGGESTIONS
from shopconnect.accounts.types import Role
from shopconnect.billing import plans
from shopconnect.billing.models import MonthUsage
from shopconnect.billing.usage import month_of
from shopconnect.connectors import registry
from shopconnect.connectors.base import PrivacyRequestKind
from shopconnect.connectors.billing import Subscription
from shopconnect.connectors.stripe.billing import StripeBilling
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.privacy import requests
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.shops import installs
from tests.browser.accessibility import problems_of
from tests.browser.pictures import place_of
from tests.doubles.stripe.double import StripeDouble
from tests.shopconnect.billing.test_checkout import a_shop, double  # noqa: F401
from tests.shopconnect.billing.test_plans import PlainBilling
from tests.shopconnect.privacy.people import fill_with_people, wish
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens

PAGES = {"privacy": "/privacy/", "plan": "/shops/plan/"}
SEEN = (("en", 1280, "light"), ("fr", 1280, "dark"), ("fr", 360, "light"))


@pytest.fixture
def paying(transactional_db: None, offer: Any) -> ShopId:
    """A shop on a trial that has used much and was asked for this and that."""
    offer()
    registry.register(PlainPlatform())
    trial = Subscription(plan="starter", trial_ends_at=now() + timedelta(days=9))
    registry.register_billing(PlainBilling(says=trial))
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    fill_with_people(shop_id)
    plans.read_plan(shop_id)
    with shop_scope(shop_id):
        MonthUsage.objects.create(month=month_of(now()), meter=SUGGESTIONS, count=41_250)
        MonthUsage.objects.create(month=month_of(now()), meter=ANSWERS, count=312)
    for number, one in enumerate(
        (
            wish(PrivacyRequestKind.DATA_REQUEST, reference="58213"),
            wish(PrivacyRequestKind.REDACT_CUSTOMER, customer="8"),
        )
    ):
        requests.receive_request(shop_id, one, now() - timedelta(days=2, hours=number))
    with shop_scope(shop_id):
        ids = list(PrivacyRequest.objects.values_list("id", flat=True))
    for request_id in ids:
        requests.fulfil_request(shop_id, request_id)
    requests.receive_request(
        shop_id, wish(PrivacyRequestKind.DATA_REQUEST, reference="58260"), now() - timedelta(days=1)
    )
    return shop_id


def sign_in(page: Any, live_server: Any, shop_id: ShopId) -> None:
    """Be an owner of a shop."""
    client = Client()
    client.force_login(make_member(shop_id, Role.OWNER))
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}]
    )


def look_at(page: Any, live_server: Any, shop_id: ShopId, pages: Mapping[str, str]) -> None:
    """See pages as an owner, on every screen."""
    sign_in(page, live_server, shop_id)
    for language, width, scheme in SEEN:
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages.items():
            page.goto(f"{live_server.url}{path}")
            assert page.evaluate("document.documentElement.lang") == language
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            assert problems_of(page) == [], (name, language, width)
            if os.environ.get("SCREENSHOTS"):
                page.screenshot(path=place_of(f"{name}-{language}-{width}.png"), full_page=True)


def test_both_pages_are_whole_on_every_screen(page: Any, live_server: Any, paying: ShopId):
    look_at(page, live_server, paying, PAGES)


def test_plans_that_our_page_sells_are_whole_on_every_screen(
    page: Any,
    live_server: Any,
    transactional_db: None,
    double: StripeDouble,  # noqa: F811
):
    look_at(page, live_server, a_shop("lumen.example"), {"plans": "/shops/plan/"})
    assert page.get_by_role("button", name="Choisir Croissance pour 49,00").is_visible()


def test_a_plans_button_leads_to_the_page_where_it_is_paid(
    page: Any,
    live_server: Any,
    transactional_db: None,
    double: StripeDouble,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
):
    double.pages = f"{double.url}/{{place}}"
    monkeypatch.setattr(StripeBilling, "pages", (double.url,))
    sign_in(page, live_server, a_shop("lumen.example"))
    page.goto(f"{live_server.url}/shops/plan/")
    page.get_by_role("button", name="Choose Growth").click()
    page.wait_for_url(f"{double.url}/checkout/*")
