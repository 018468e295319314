"""The owner of a shop of files says which sites may show its widgets."""

from typing import Any

import pytest
from django.test import Client

from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import install_shop
from shopconnect.shops.models import AuditEntry
from shopconnect.sync.uploads.own_shops import open_own_shop
from shopconnect.widgets.services import MOST_SITES, allow_site, fronts, public_key_of, read_storefront
from tests.shopconnect.shops.conftest import make_member, make_person, signed_in
from tests.shopconnect.sync.outside import SHOP, TOKENS


@pytest.fixture
def person(db: None) -> Any:
    return make_person("ocre@example.com")


@pytest.fixture
def shop(person: Any) -> ShopId:
    return open_own_shop(person.pk, "Ocre", "EUR", "Europe/Paris", "ocre.example")


@pytest.fixture
def owner(shop: ShopId, person: Any) -> Client:
    return signed_in(person)


def test_a_site_is_allowed_and_withdrawn_on_the_page_of_the_widgets(shop, owner):
    before = read_storefront(shop).hosts
    assert owner.post("/snippet/allow/", {"site": " https://WWW.Ocre.example/a?b"})["Location"] == "/snippet/"
    assert owner.post("/snippet/allow/", {"site": "www.ocre.example"})["Location"] == "/snippet/"
    assert read_storefront(shop).hosts == (*before, "www.ocre.example")
    assert "www.ocre.example" in fronts.get(public_key_of(shop), is_current=True).hosts
    assert "www.ocre.example" in owner.get("/snippet/").content.decode()
    owner.post("/snippet/withdraw/", {"site": "www.ocre.example"})
    assert read_storefront(shop).hosts == before
    assert "www.ocre.example" not in fronts.get(public_key_of(shop), is_current=True).hosts
    with shop_scope(shop):
        told = [one.action for one in AuditEntry.objects.order_by("id")]
    assert told[-2:] == ["allowed_site", "withdrew_site"]


@pytest.mark.parametrize("site", ["", "not a host", "http://[::1", "https://"])
def test_what_is_no_address_is_refused_in_a_sentence(shop, owner, site):
    before = read_storefront(shop).hosts
    page = owner.post("/snippet/allow/", {"site": site}, follow=True).content.decode()
    assert "Enter your shop’s address" in page or "This field is required" in page
    assert read_storefront(shop).hosts == before


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ("com", "Enter the full name of your site"),
        ("https://192.0.2.7/", "a number like 192.0.2.1 is not accepted"),
        ("https://[2001:db8::1]/", "a number like 192.0.2.1 is not accepted"),
        ("10.1", "a number like 192.0.2.1 is not accepted"),
        ("https://ada:hush@ocre.example/", "Leave out the user name and the password"),
        ("ocre..example", "Enter your shop’s address"),
    ],
)
def test_a_host_that_is_nobodys_site_is_refused_and_says_why(shop, owner, site, said):
    before = read_storefront(shop).hosts
    assert said in owner.post("/snippet/allow/", {"site": site}, follow=True).content.decode()
    assert read_storefront(shop).hosts == before


def test_this_machine_is_a_site_in_development_alone_and_what_was_kept_can_be_withdrawn(shop, owner, settings):
    owner.post("/snippet/allow/", {"site": "http://localhost:8000"})
    assert "localhost" in read_storefront(shop).hosts
    settings.PRODUCTION = True
    owner.post("/snippet/withdraw/", {"site": "localhost"})
    page = owner.post("/snippet/allow/", {"site": "http://localhost:8000"}, follow=True).content.decode()
    assert "Enter the full name of your site" in page
    assert "localhost" not in read_storefront(shop).hosts


def test_nobody_but_an_owner_allows_a_site_and_there_is_an_end(shop, person, owner):
    analyst = signed_in(make_member(shop, Role.ANALYST))
    assert analyst.post("/snippet/allow/", {"site": "evil.example"}).status_code == 403
    assert "Allow this site" not in analyst.get("/snippet/").content.decode()
    for number in range(MOST_SITES - len(read_storefront(shop).hosts)):
        allow_site(shop, person.pk, f"s{number}.example")
    page = owner.post("/snippet/allow/", {"site": "one.too.many.example"}, follow=True).content.decode()
    assert f"At most {MOST_SITES} sites can be allowed." in page


def test_the_sites_of_a_connected_shop_are_what_its_platform_says(db: None):
    installed = install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    before = read_storefront(installed)
    allow_site(installed, make_member(installed, Role.OWNER).pk, "evil.example")
    assert (before.takes_sites, read_storefront(installed).hosts) == (False, before.hosts)
