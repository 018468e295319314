"""A merchant connects a real shop: yes on its own page, a key that comes to our view, products, webhooks, the end."""

import re
from collections.abc import Callable
from json import loads
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import installs
from shopconnect.sync import inbox, subscriptions
from tests.connectors.contract import all_pages
from tests.connectors.woocommerce.live.conftest import SITE, URL
from tests.connectors.woocommerce.live.front import Front, Heard
from tests.connectors.woocommerce.live.merchant import Merchant
from tests.connectors.woocommerce.live.sources import LiveSource
from tests.shopconnect.platforms.woocommerce.merchants import link_of, name_shop
from tests.shopconnect.shops.conftest import make_person, signed_in
from tests.shopconnect.sync.conftest import work_through
from tests.shopconnect.sync.worlds import titles, work_off
from tests.waiting import until

pytestmark = [
    pytest.mark.live_woo,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("nobody_is_woken"),
    pytest.mark.filterwarnings("ignore:Unverified HTTPS"),
]


@pytest.fixture
def browser(source: LiveSource, front: Front, offer: Callable[..., None], settings: Any) -> Client:
    """The browser of somebody with an account; what the shop sends arrives at our own doors."""
    settings.SITE_URL = SITE
    offer(source.platform)
    front.answer = to_our_doors
    return signed_in(make_person("ada@example.com"))


@pytest.fixture(autouse=True)
def _answered_by_nobody_else(front: Front) -> Any:
    answer = front.answer
    yield
    front.answer = answer


def to_our_doors(heard: Heard) -> int:
    sender = Client(enforce_csrf_checks=True, raise_request_exception=False)
    kind = heard.headers.get("content-type", "")
    headers = {name: value for name, value in heard.headers.items() if name.startswith("x-wc-")}
    try:
        return sender.post(heard.path, heard.body, content_type=kind, headers=headers, secure=True).status_code
    finally:
        connections.close_all()


def come_back(browser: Client, there: str) -> Any:
    parts = urlsplit(there)
    assert f"{parts.scheme}://{parts.netloc}" == SITE
    return browser.get(f"{parts.path}?{parts.query}", secure=True)


def key_ids(front: Front) -> list[int]:
    return [loads(one.body)["key_id"] for one in front.heard if one.path == "/woocommerce/keys"]


def ours(source: LiveSource) -> set[str]:
    """The topics that are sent to our door, and go on."""
    rows = source.goods.ask("GET", "/webhooks", per_page="100")
    at_our_door = (row for row in rows if row["delivery_url"].startswith(f"{SITE}/hooks/"))
    return {row["topic"] for row in at_our_door if row["status"] == "active"}


def test_a_shop_is_connected_brought_in_kept_in_step_and_left(
    browser: Client, source: LiveSource, merchant: Merchant, front: Front
):
    page = come_back(browser, merchant.answer(link_of(name_shop(browser, URL))))
    assert (page.status_code, page.get("Location")) == (302, "/"), page.content.decode()
    shop_id = installs.find_installed(PLATFORM, source.shop)
    assert shop_id is not None
    try:
        keep_in_step(shop_id, source, merchant)
    finally:
        subscriptions.disconnect_shop(shop_id)
        for key_id in key_ids(front):
            merchant.revoke(key_id)
    assert ours(source) == set()


def keep_in_step(shop_id: ShopId, source: LiveSource, merchant: Merchant) -> None:
    connection = source.platform.connect(source.shop, source.tokens)
    work_through(shop_id)
    there = set(all_pages(lambda cursor: connection.list_ids(ResourceType.PRODUCT, cursor)))
    assert set(titles(shop_id)) == there
    work_through(shop_id, subscriptions.KIND)
    assert len(ours(source)) == 11
    newest = max(there, key=int)
    source.retitle_product(newest, "Known by a webhook")

    def is_known() -> bool:
        merchant.visit()
        work_off(shop_id, inbox.APPLY_WEBHOOKS)
        return titles(shop_id)[newest] == "Known by a webhook"

    until(is_known)


def test_a_no_in_the_shop_connects_nothing(browser: Client, source: LiveSource, merchant: Merchant):
    page = come_back(browser, merchant.answer(link_of(name_shop(browser, URL)), "deny"))
    assert re.search("You declined in your shop", page.content.decode())
    assert installs.find_installed(PLATFORM, source.shop) is None
