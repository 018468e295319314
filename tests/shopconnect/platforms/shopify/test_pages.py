"""What only a shop of Shopify's is shown: the way to the theme editor, and the page of price changes."""

from html import unescape

import pytest

from recommender.products.types import SUGGESTIONS
from shopconnect.accounts.types import Role
from shopconnect.billing.models import MonthUsage
from shopconnect.billing.usage import month_of
from shopconnect.connectors.shopify.app_folder import APP
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.shopify.app import theme_links
from tests.shopconnect.dashboard.test_pages import AT
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told  # noqa: F401

EDITOR = "https://admin.shopify.com/store/out/themes/current/editor"
PRICES = '<li><a href="/prices/"'


@pytest.fixture(autouse=True)
def ours(settings):
    """Our app's id at Shopify."""
    settings.SHOPIFY_CLIENT_ID = "client"


def see(client, path="/"):
    return unescape(client.get(path).content.decode())


def test_the_next_step_leads_to_the_theme_editor(installed):  # noqa: F811
    owner = signed_in(make_member(installed, Role.OWNER))
    home, page = see(owner), see(owner, "/snippet/")
    assert "Turn on ShopConnect in your theme" in home
    assert "One line in your theme" not in home + page
    assert f'href="{EDITOR}?context=apps&activateAppId=client/embed"' in page
    assert f'href="{EDITOR}?template=product&addAppBlockId=client/shelf&target=newAppsSection"' in page
    assert f'href="{EDITOR}?template=index&addAppBlockId=client/consent&target=sectionGroup:footer"' in page
    assert "Shoppers can already see it." not in page


def test_the_step_is_done_once_shoppers_used_it(installed):  # noqa: F811
    with shop_scope(installed):
        MonthUsage.objects.create(month=month_of(AT), meter=SUGGESTIONS, count=1)
    owner = signed_in(make_member(installed, Role.OWNER))
    assert "2 of 4 done" in see(owner)
    assert "Shoppers can already see it." in see(owner, "/snippet/")


def test_a_shop_of_files_gets_the_line_for_its_theme(shop):
    assert "<script async src=" in see(signed_in(make_member(shop, Role.OWNER)), "/snippet/")


def test_the_links_name_each_block_of_the_extension():
    blocks = APP / "extensions" / "shopconnect-theme" / "blocks"
    assert sorted(theme_links("out.myshopify.com")) == sorted(file.stem for file in blocks.iterdir())


def test_price_changes_stand_in_the_navigation_where_the_platform_takes_them(installed, shop):  # noqa: F811
    for role, is_led in ((Role.OWNER, True), (Role.ANALYST, True), (Role.SUPPORT, False)):
        assert (PRICES in see(signed_in(make_member(installed, role)))) is is_led, role
    assert PRICES not in see(signed_in(make_member(shop, Role.OWNER, "files@example.com")))
