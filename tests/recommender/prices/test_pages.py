"""An owner changes a price of the shop's platform from a page, sees what became of it, and takes it back."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings

from recommender.prices.selectors import list_price_changes
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import TranslationDraft
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import install_shop
from shopconnect.sync.models import OutboxChange
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import installed, outside, told, work_through  # noqa: F401
from tests.shopconnect.sync.outside import SHOP, product


@pytest.fixture
def owner(installed):  # noqa: F811
    with shop_scope(installed):
        store_products(product(3)[:1])
    return signed_in(make_member(installed, Role.OWNER))


def typed(shop_id, **fields: str) -> dict[str, str]:
    with shop_scope(shop_id):
        public_id = str(find_product_by_external_id("3").public_id)
    return {"product": public_id, "variant": "3-1", "price": "9,50", "compare_at": "", "currency": "EUR", **fields}


def changes(shop_id):
    with shop_scope(shop_id):
        return list_price_changes()


def send(client, shop_id, **fields: str):
    return client.post("/prices/change/", typed(shop_id, seen="1", key="key", **fields))


def test_a_product_is_found_and_its_change_is_looked_at_before_it_is_sent(installed, outside, owner):  # noqa: F811
    found = owner.get("/prices/?search=thing").content.decode()
    assert f'href="?product={typed(installed)["product"]}"' in found
    form = owner.get(f"/prices/?product={typed(installed)['product']}").content.decode()
    assert "Size 1 – €13.00" in form
    seen = owner.post("/prices/change/", typed(installed)).content.decode()
    assert "€13.00" in seen
    assert "26.9% less than the current price." in seen
    assert 'name="key" value="' in seen
    assert changes(installed) == []
    assert send(owner, installed)["Location"] == "/prices/"
    assert "in progress" in owner.get("/prices/").content.decode()
    work_through(installed, "push_change")
    shown = owner.get("/prices/").content.decode()
    assert ("changed</span>" in shown, "data-reload-seconds" in shown) == (True, False)
    assert outside.told("prices", {}) == {"3-1": "9.50"}


def test_products_are_called_as_in_the_reader_s_language(installed, owner):  # noqa: F811
    (thing,) = product(3)[:1]
    with shop_scope(installed):
        store_products([replace(thing, translations=(TranslationDraft(language="fr", title="Chose"),))])
    page, form = f"/prices/?product={typed(installed)['product']}", typed(installed)
    send(owner, installed)
    assert all("Chose" not in owner.get(path).content.decode() for path in (page, "/prices/?search=thing"))
    owner.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert "<h2>Chose</h2>" in owner.get(page).content.decode()
    assert "<h2>Chose – Size 1</h2>" in owner.post("/prices/change/", form | {"price": "9"}).content.decode()
    shown = owner.get("/prices/?search=thing").content.decode()
    assert ("Chose<br>" in shown, "Chose – Size 1" in shown, thing.title in shown) == (True, True, False)


def test_a_double_click_changes_once(installed, owner):  # noqa: F811
    assert [send(owner, installed).status_code for _ in range(2)] == [302, 302]
    assert len(changes(installed)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"price": "-1"}, "A price can’t be negative"),
        ({"price": "twelve"}, "Enter a price such as 12.50"),
        ({"price": "1e3"}, "Enter a price such as 12.50"),
        ({"price": ""}, "Enter a price such as 12.50"),
        ({"price": "0"}, "make the product free"),
        ({"price": "1.00"}, "less than a tenth of the current price"),
        ({"price": "13"}, "This is already the price"),
        ({"currency": "USD"}, "in EUR, not in USD"),
        ({"compare_at": "5"}, "must be higher than the new price"),
        ({"variant": "nothing"}, "no longer sold"),
        ({"product": "1"}, "no longer sold"),
        ({"product": "x\0"}, "no longer sold"),
        ({"variant": "x\0" * 100_000}, "no longer sold"),
        ({"currency": "\0"}, "in EUR, not in"),
    ],
)
def test_a_bad_price_is_told_and_what_was_typed_stays(installed, owner, fields, said):  # noqa: F811
    for seen in ({}, {"seen": "1", "key": "key"}):
        answer = owner.post("/prices/change/", typed(installed, **fields) | seen)
        page = answer.content.decode()
        assert answer.status_code in (400, 404)
        assert said in page
        if answer.status_code == 400:
            assert f'value="{typed(installed, **fields)["price"]}"' in page
    assert changes(installed) == []


def test_a_form_without_anything_is_refused(installed, owner):  # noqa: F811
    for sent in ({}, {"seen": "1"}, {"price": "9" * 100_000, "key": "\0", "seen": "1"}):
        assert owner.post("/prices/change/", sent).status_code == 400
    assert changes(installed) == []


def test_a_deep_cut_is_sent_once_it_is_said_to_be_meant(installed, owner):  # noqa: F811
    page = owner.post("/prices/change/", typed(installed, price="1.00")).content.decode()
    assert 'name="is_confirmed"' in page
    seen = owner.post("/prices/change/", typed(installed, price="1.00", is_confirmed="1")).content.decode()
    assert 'type="hidden" name="is_confirmed" value="1"' in seen
    send(owner, installed, price="1.00", is_confirmed="1")
    assert [change.price for change in changes(installed)] == [Decimal(1)]


def test_a_change_is_undone_at_a_click(installed, outside, owner):  # noqa: F811
    send(owner, installed)
    work_through(installed, "push_change")
    path = f"/prices/undo/{changes(installed)[0].public_id}/"
    assert path in owner.get("/prices/").content.decode()
    assert owner.post(path)["Location"] == "/prices/"
    work_through(installed, "push_change")
    assert outside.told("prices", {}) == {"3-1": "13.000000"}
    shown = owner.get("/prices/").content.decode()
    assert ("restored price" in shown, path in shown) == (True, False)
    assert owner.post("/prices/undo/1/").status_code == 404
    assert owner.get(path)["Location"] == "/prices/"


def test_a_refusal_stands_in_the_platforms_words(installed, outside, owner):  # noqa: F811
    outside.tell(prices={"3-1": "11.00"})
    send(owner, installed)
    work_through(installed, "push_change")
    assert "Shopify says: “The price is another one by now.”" in owner.get("/prices/").content.decode()


def test_where_the_platform_does_not_allow_it_the_page_asks_only_then(db, outside, told, settings):  # noqa: F811
    settings.SHOPIFY_CLIENT_ID = "client"
    shop_id = install_shop(
        "shopify", "new.myshopify.com", Tokens(access="access", refresh="refresh", scopes=("read_products",)), SHOP
    )
    client = signed_in(make_member(shop_id, Role.OWNER))
    page = client.get("/prices/").content.decode()
    assert "Shopify doesn’t allow ShopConnect to change prices yet" in page
    assert 'href="https://admin.shopify.com/store/new/apps/client/prices/"' in page
    assert "Find a product" not in page
    assert client.post("/prices/allowed/")["Location"] == "/prices/"  # the platform's new tokens allow it
    page = client.get("/prices/").content.decode()
    assert "Find a product" in page
    assert outside.calls("renew") == ["renew"]


def test_who_may_not_sees_and_changes_nothing(installed, owner, other_shop):  # noqa: F811
    send(owner, installed)
    for role, status in ((Role.ANALYST, 200), (Role.SUPPORT, 403)):
        client = signed_in(make_member(installed, role))
        assert client.get("/prices/").status_code == status
        for path in ("/prices/change/", f"/prices/undo/{changes(installed)[0].public_id}/", "/prices/allowed/"):
            assert client.post(path, typed(installed, seen="1", key="other")).status_code == 403
    stranger = signed_in(make_member(other_shop, Role.OWNER, "stranger@example.com"))
    assert "Thing 3" not in stranger.get("/prices/").content.decode()
    assert stranger.post("/prices/change/", typed(installed, seen="1", key="other")).status_code == 404
    with shop_scope(installed):
        assert OutboxChange.objects.count() == 1


def test_in_french_a_price_is_written_and_read_as_there(installed, owner):  # noqa: F811
    owner.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    seen = owner.post("/prices/change/", typed(installed, price="1\u202f250,00")).content.decode()
    assert "1\u202f250,00\u00a0€" in seen
    assert "de plus que le prix actuel" in seen
