"""The health of a connected shop: a worker looks, and its owner reads what was found and how it is mended."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shopconnect.accounts.types import Role
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.woocommerce import health
from shopconnect.sync import reconcile, subscriptions
from shopconnect.sync.selectors import find_comparison, last_webhook_at
from tests.doubles.woocommerce.double import WooShop
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import work_through

pytestmark = pytest.mark.usefixtures("db", "nobody_is_woken")
LINE = re.compile(r'<th scope="row">([^<]+)</th>.*?badge ?(\w*)">.*?<td>([^<]*)</td>', re.DOTALL)
Lines = dict[str, tuple[str, str]]


def lines(browser: Client, language: str = "en") -> Lines:
    page = browser.get("/woocommerce/health", secure=True, headers={"accept-language": language})
    assert page.status_code == 200
    found = LINE.findall(html.unescape(page.content.decode()))
    return {title: (state, sentence) for title, state, sentence in found}


def seen(browser: Client, shop_id: ShopId, language: str = "en") -> Lines:
    health.ask_check(shop_id)
    work_through(shop_id, health.KIND)
    return lines(browser, language)


def states_of(found: Lines) -> dict[str, str]:
    return {title: state for title, (state, _) in found.items() if state != "good"}


def test_a_page_that_was_never_looked_at_asks_nobody_and_a_worker_looks(kept: ShopId, ada: Client, tea: WooShop):
    tea.asked.clear()
    page = ada.get("/woocommerce/health", secure=True).content.decode()
    assert (tea.asked, "data-reload-seconds" in page) == ([], True)
    assert {state for state, _ in lines(ada).values()} == {"", "good"}
    work_through(kept, health.KIND)
    page = ada.get("/woocommerce/health", secure=True).content.decode()
    assert ("Checked on" in page, "data-reload-seconds" in page) == (True, False)
    assert not Due.objects.filter(shop_id=kept, kind=health.KIND).exists()


def test_a_sound_shop_has_no_line_to_mend(kept: ShopId, ada: Client, tea: WooShop):
    tea.plugin.is_active = True
    with tea.store.changing("product", tea.store.rows("product")[0]):
        pass
    tea.webhooks.run_queue()
    reconcile.reconcile_shop(kept)
    work_through(kept, "hooks")
    work_through(kept, reconcile.KIND)
    found = seen(ada, kept)
    assert states_of(found) == {}
    assert found["Versions"][1] == "WooCommerce 11.0.1 on WordPress 7.1."
    assert found["Plugin"][1] == "ShopConnect 0.2.0 is active in WordPress."
    assert "We can’t see whether" in found["Scheduled tasks"][1]
    assert found["Last comparison"][1].endswith("Nothing was missing.")


HIDES = dict.fromkeys(("Versions", "Change notifications", "Scheduled tasks", "Plugin"), "")
WAYS: dict[str, tuple[Callable[[WooShop], Any], dict[str, str], str, str]] = {
    "firewall": (
        lambda tea: setattr(tea, "wall", 403),
        {"Connection": "bad", "Firewall": "bad", "Secure address": "", "Permalinks": ""},
        "Firewall",
        "reach /wp-json/",
    ),
    "http": (
        lambda tea: setattr(tea.store, "home", "http://tea.example.com"),
        {"Connection": "bad", "Secure address": "bad", "Firewall": "", "Permalinks": ""},
        "Secure address",
        "certificate",
    ),
    "permalinks": (
        lambda tea: setattr(tea, "has_plain_permalinks", True),
        {"Connection": "bad", "Permalinks": "bad", "Firewall": "", "Secure address": ""},
        "Permalinks",
        "“Post name”",
    ),
    "key": (lambda tea: setattr(tea, "is_revoked", True), {"Connection": "bad"}, "Connection", "Authorization"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_stands_in_the_way_is_named_with_its_mend(kept: ShopId, ada: Client, tea: WooShop, way: str):
    spoil, states, title, mend = WAYS[way]
    spoil(tea)
    found = seen(ada, kept)
    expected = HIDES | {"Last change notification": "", "Last comparison": "good"} | states
    assert {name: found[name][0] for name in expected} == expected
    assert mend in found[title][1]


def test_a_clock_that_is_wrong_and_an_old_version_are_told(kept: ShopId, ada: Client, tea: WooShop):
    tea.seconds_ahead, tea.version, tea.runs_cron = 600, (8, 4), False
    found = seen(ada, kept)
    told = ("Clock", "Versions", "Scheduled tasks")
    assert {title: found[title][0] for title in told} == dict.fromkeys(told, "warning")
    assert found["Clock"][1].startswith("Your server’s clock is 10 minutes fast.")
    assert "older than 8.9" in found["Versions"][1]
    tea.seconds_ahead = -120
    assert "retarde de 2 minutes" in seen(ada, kept, "fr")["Horloge"][1]


def test_webhooks_that_were_switched_off_are_told_and_made_again(kept: ShopId, ada: Client, tea: WooShop):
    for one in tea.webhooks.all()[:3]:
        one.row["status"] = "disabled"
    state, sentence = seen(ada, kept)["Change notifications"]
    assert (state, sentence.startswith("8 of 11 are on")) == ("warning", True)
    work_through(kept, subscriptions.KIND)
    assert seen(ada, kept)["Change notifications"][0] == "good"


def test_what_no_webhook_told_is_counted_until_one_comes(kept: ShopId, ada: Client, tea: WooShop):
    tea.webhooks.send = lambda _: 0
    for row in tea.store.rows("product")[:2]:
        with tea.store.changing("product", row):
            row["name"] += " anew"
    reconcile.reconcile_shop(kept)
    work_through(kept, reconcile.KIND)
    found = seen(ada, kept)
    assert found["Last change notification"][0] == "warning"
    assert "2 missing changes were imported" in found["Last comparison"][1]
    with shop_scope(kept):
        comparison = find_comparison()
        assert comparison is not None
        assert (comparison.repaired, last_webhook_at()) == (2, None)
    reconcile.reconcile_shop(kept)
    work_through(kept, reconcile.KIND)
    with shop_scope(kept):
        again = find_comparison()
        assert again is not None
        assert (again.repaired, again.repaired_at) == (0, comparison.repaired_at)


def test_only_an_owner_of_such_a_shop_sees_the_page(kept: ShopId, ada: Client):
    assert "/woocommerce/health" in ada.get("/woocommerce/health", secure=True).content.decode()
    support = signed_in(make_member(kept, Role.SUPPORT))
    assert support.get("/woocommerce/health", secure=True).status_code == 403


def test_a_parked_shop_is_asked_to_connect_again(kept: ShopId, ada: Client, tea: WooShop):
    tea.is_revoked = True
    reconcile.reconcile_shop(kept)
    work_through(kept, reconcile.KIND)
    state, sentence = seen(ada, kept)["Connection"]
    assert (state, "Connect it again" in sentence) == ("bad", True)
