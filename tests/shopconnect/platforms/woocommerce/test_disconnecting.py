"""An owner ends a shop's connection: its webhooks and our key go, its data waits, and it may come back."""

from typing import Any

import pytest
from django.test import Client

from shopconnect.accounts.types import Role
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import erasure, installs
from shopconnect.shops.models import AuditEntry, Install
from shopconnect.widgets.services import public_key_of
from tests.doubles.woocommerce.double import WooShop
from tests.shopconnect.platforms.woocommerce.merchants import connect
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.worlds import titles

PAGE = "/woocommerce/disconnect"


def test_a_shop_is_disconnected_with_its_webhooks_and_key_and_keeps_its_data_for_a_while(
    kept: ShopId, tea: WooShop, ada: Client
):
    before = titles(kept)
    assert before
    assert tea.webhooks.all()
    assert f'href="{PAGE}"' in ada.get("/woocommerce/health", secure=True).content.decode()
    page = ada.get(PAGE, secure=True).content.decode()
    assert f"erased after {erasure.RETENTION.days} days" in page
    assert installs.is_installed(kept)
    page = ada.post(PAGE, secure=True, follow=True).content.decode()
    assert f"{tea.name} is disconnected." in page
    assert (tea.webhooks.all(), installs.is_installed(kept), titles(kept)) == ([], False, before)
    assert Due.objects.filter(shop_id=kept, kind=erasure.WORK_KIND).exists()
    with shop_scope(kept):
        assert not Install.objects.exclude(tokens="").exists()
        assert AuditEntry.objects.filter(action="disconnected_shop", subject=tea.name).count() == 1
    assert (ada.get(PAGE, secure=True).status_code, ada.post(PAGE, secure=True).status_code) == (404, 404)


def test_a_shop_that_is_connected_again_goes_on_as_it_was(kept: ShopId, tea: WooShop, ada: Client):
    ada.post(PAGE, secure=True)
    assert connect(ada, tea)["Location"] == "/"
    assert installs.find_installed("woocommerce", tea.name) == kept
    assert installs.is_installed(kept)


def test_a_shop_that_is_away_is_disconnected_all_the_same(kept: ShopId, tea: WooShop, ada: Client):
    tea.wall = 503
    assert ada.post(PAGE, secure=True).status_code == 302
    assert not installs.is_installed(kept)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPPORT])
def test_nobody_but_an_owner_disconnects(kept: ShopId, role: Role):
    other = signed_in(make_member(kept, role))
    assert (other.get(PAGE, secure=True).status_code, other.post(PAGE, secure=True).status_code) == (403, 403)
    assert installs.is_installed(kept)


def test_who_disconnects_says_again_who_they_are(kept: ShopId):
    stranger = Client()
    stranger.force_login(make_member(kept, Role.OWNER, "zoe@example.com"))  # long ago, for all we know
    assert "/accounts/reauthenticate/" in stranger.post(PAGE, secure=True)["Location"]
    assert installs.is_installed(kept)


def test_shoppers_of_a_shop_that_is_disconnected_are_answered_as_if_it_never_was(
    kept: ShopId, tea: WooShop, ada: Client, django_assert_num_queries: Any
):
    key, shopper = public_key_of(kept), Client(headers={"origin": f"https://{tea.name}"})

    def statuses() -> list[int]:
        script, shelf = (shopper.get(f"/w/{key}{rest}", secure=True) for rest in (".js", "/shelf"))
        chat = shopper.post(f"/w/{key}/chat", {}, content_type="application/json", secure=True)
        return [answer.status_code for answer in (script, shelf, chat)]

    assert statuses() == [200, 200, 400]  # it asked nothing
    ada.post(PAGE, secure=True)
    assert statuses() == [404, 404, 404]
    with django_assert_num_queries(0):
        assert statuses() == [404, 404, 404]
    connect(ada, tea)
    assert statuses() == [200, 200, 400]
