"""Staff and previews say so with all they tell; what a stranger puts into an address or a review marks nobody."""

import json
from typing import Any

import pytest

from shopconnect.core.cache.redis import client
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.non_shoppers import staff_mark
from tests.browser.test_events import Told, leave, told
from tests.browser.test_storefront import shelf_titles
from tests.browser.waiting import until_page
from tests.peers.node import PACKAGES

__all__ = ["told"]  # a fixture

AGREED = """if (location.protocol.startsWith('http'))
    localStorage.setItem('shopconnect.consent', JSON.stringify({choice: 'granted', wording: 2}))"""
BAR = """if (window === top) new MutationObserver((_, watch) => document.body && (watch.disconnect(),
    document.body.prepend(Object.assign(document.createElement('%s'), {id: '%s'}))))
    .observe(document, {childList: true, subtree: true})"""
NO_SHOPPERS = {
    "Shopify's theme editor": ("p", "window.Shopify = {designMode: true, theme: {role: 'main'}}", ""),
    "a theme that is not published": ("p", "window.Shopify = {theme: {role: 'unpublished'}}", ""),
    "Shopify's bar of previews": ("p", BAR % ("iframe", "preview-bar-iframe"), ""),
    "Shopify's new bar of previews": ("p", BAR % ("iframe", "PBarNextFrame"), ""),
    "Shopify's bar of staff": ("s", BAR % ("iframe", "admin-bar-iframe"), ""),
    "WordPress's bar of staff": ("s", BAR % ("div", "wpadminbar"), ""),
    "WordPress's preview of a draft": ("p", BAR % ("div", "wpadminbar"), "?preview=true"),
    "WordPress's customizer": ("p", "window.wp = {customize: {}}", "?customize_changeset_uuid=0d4a"),
}


# As Shopify describes them to its own tools; what is published is what customers see.
OBJECTS = PACKAGES / "@shopify/theme-check-node/node_modules/@shopify/theme-check-docs-updater/data/objects.json"


def marks(told: Told) -> set[str]:
    return {body.get("apart", "") for name, body in told if name == "events"}


@pytest.mark.parametrize(("mark", "shows", "query"), NO_SHOPPERS.values(), ids=NO_SHOPPERS)
def test_staff_and_previews_say_so_with_all_they_tell_and_nothing_is_stored(
    page: Any, front: str, told: Told, mark: str, shows: str, query: str
):
    page.add_init_script(f"{AGREED}; {shows}")
    with page.expect_request(lambda request: "/shelf" in request.url) as asked:
        page.goto(f"{front}/en/products/p6/{query}")
    shelf_titles(page)
    assert f"apart={mark}" in (asked.value.post_data or asked.value.url)
    leave(page)
    assert marks(told) == {mark}
    assert not client().keys("shop:*:events")


def test_each_theme_that_customers_do_not_see_is_a_preview(page: Any, front: str, told: Told):
    described = next(one for one in json.loads(OBJECTS.read_text()) if one["name"] == "theme")
    roles = next(one for one in described["properties"] if one["name"] == "role")["return_type"]
    is_published = {role["name"]: "The theme is published" in role["description"] for role in roles}
    assert sum(is_published.values()) == 1
    for role, is_seen in is_published.items():
        told.clear()
        sheet = page.context.new_page()
        sheet.add_init_script(f"{AGREED}; window.Shopify = {{theme: {{role: '{role}'}}}}")
        sheet.goto(f"{front}/en/products/p6/")
        shelf_titles(sheet)
        leave(sheet)
        sheet.close()
        assert marks(told) == {"" if is_seen else "p"}, role


def test_a_link_keeps_a_browser_out_for_good_and_another_counts_it_again(
    page: Any, front: str, told: Told, small_shop: ShopId
):
    mark = staff_mark(small_shop, 0)
    page.add_init_script(AGREED)
    page.goto(f"{front}/en/?shopconnect={mark}")
    for _ in range(2):
        page.goto(f"{front}/en/products/p6/")
        shelf_titles(page)
    leave(page)
    assert marks(told) == {mark}
    assert not client().keys("shop:*:events")
    told.clear()
    page.goto(f"{front}/en/products/p6/?shopconnect=counted")
    shelf_titles(page)
    leave(page)
    assert marks(told) == {""}


LIKE_STAFF = {
    "an address": ("", "?preview=true"),
    "an address of the customizer": ("", "?customize_changeset_uuid=0d4a"),
    "the old link": ("", "?shopconnect=uncounted"),
    "a review with a bar of Shopify's": (BAR % ("div", "admin-bar-iframe"), ""),
}


@pytest.mark.parametrize(("shows", "query"), LIKE_STAFF.values(), ids=LIKE_STAFF)
def test_nobody_is_marked_by_what_a_stranger_puts_into_an_address_or_a_review(
    page: Any, front: str, told: Told, shows: str, query: str
):
    page.add_init_script(f"{AGREED}; {shows}")
    page.goto(f"{front}/en/products/p6/{query}")
    shelf_titles(page)
    leave(page)
    assert marks(told) == {""}


def test_a_link_with_a_mark_that_we_did_not_sign_keeps_nobody_out(page: Any, front: str, told: Told):
    page.add_init_script(AGREED)
    page.goto(f"{front}/en/products/p6/?shopconnect=s.900000.{'0' * 24}")
    shelf_titles(page)
    leave(page)
    until_page(page, lambda: client().keys("shop:*:events"))
