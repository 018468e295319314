"""Our plugin in a shop: it is given its key, its merchant is led to it, and letters come back with the orders."""

import io
from zipfile import ZipFile

import pytest

from shopconnect.accounts.types import Role
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.arms import sign_arm
from shopconnect.orders.models import Order
from shopconnect.platforms.woocommerce import health
from shopconnect.shops.installs import find_installed
from shopconnect.sync import reconcile
from shopconnect.widgets.services import public_key_of
from shopconnect.widgets.signing import customer_secret
from tests.doubles.woocommerce.errors import no_route
from tests.doubles.woocommerce.plugin import BLOCKS, CLASSIC, WooSession
from tests.shopconnect.platforms.woocommerce.merchants import HOME, connect
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import work_through

pytestmark = pytest.mark.usefixtures("db", "nobody_is_woken")


def given_to(shop_id) -> dict[str, str]:
    key = public_key_of(shop_id)
    return {"key": key, "secret": customer_secret(key)}


def test_a_plugin_is_given_its_key_as_the_shop_is_connected(tea, ada):
    tea.plugin.is_active = True
    connect(ada, tea)
    assert tea.plugin.given == given_to(find_installed(PLATFORM, tea.name))


def test_a_shop_whose_plugin_refuses_or_is_not_there_is_connected_all_the_same(tea, ada):
    connect(ada, tea)
    assert not [one for one in tea.asked if "shopconnect" in one]
    tea.plugin.is_active = True
    tea.meanwhile = lambda: tea.failures.extend([no_route().reply()] if "storefront" in tea.asked[-1] else [])
    assert connect(ada, tea).status_code == 302
    assert (tea.plugin.given, "PUT /wc-shopconnect/v1/storefront?" in tea.asked) == ({}, True)


def test_one_that_is_installed_later_is_given_its_key_when_the_shop_is_looked_at(kept, tea):
    tea.plugin.is_active = True
    health.ask_check(kept)
    work_through(kept, health.KIND)
    assert tea.plugin.given == given_to(kept)


def test_a_shop_without_it_reads_where_to_download_it(kept, ada, tea):
    health.ask_check(kept)
    work_through(kept, health.KIND)
    assert "ShopConnect’s plugin isn’t active" in ada.get("/woocommerce/health", secure=True).content.decode()


def test_the_merchant_downloads_it_and_it_knows_where_we_are(kept, ada, settings):
    settings.HTTPS = True
    page = ada.get("/snippet/", secure=True).content.decode()
    assert "https://tea.example.com/wp-admin/plugin-install.php?tab=upload" in page
    assert 'href="/woocommerce/shopconnect.zip"' in page
    answer = ada.get("/woocommerce/shopconnect.zip", secure=True)
    assert answer["Content-Disposition"] == 'attachment; filename="shopconnect.zip"'
    main = ZipFile(io.BytesIO(answer.content)).read("shopconnect/shopconnect.php").decode()
    assert f"const BUILT_FOR = '{HOME}';" in main


def test_members_of_any_role_download_it_and_nobody_else(kept, client):
    assert client.get("/woocommerce/shopconnect.zip", secure=True).status_code == 302
    analyst = signed_in(make_member(kept, Role.ANALYST))
    assert analyst.get("/woocommerce/shopconnect.zip", secure=True).status_code == 200


def test_a_hundred_orders_through_both_checkouts_bring_a_hundred_letters(kept, tea):
    tea.plugin.is_active = True
    pot = tea.store.rows("product")[0]
    wanted = {}
    for number in range(100):
        session = WooSession(tea)
        session.add(pot)
        letter = "AB"[number // 2 % 2]
        session.extend_cart(sign_arm(kept, letter))
        order = session.check_out((CLASSIC, BLOCKS)[number % 2], f"shopper{number}@example.com")
        wanted[str(order["id"])] = letter
    reconcile.reconcile_shop(kept)
    work_through(kept, reconcile.KIND)
    with shop_scope(kept):
        arms = dict(Order.objects.filter(external_id__in=wanted).values_list("external_id", "arm"))
    assert arms == wanted


def test_what_a_shopper_makes_up_is_no_letter(kept, tea):
    tea.plugin.is_active = True
    signed, pot = sign_arm(kept, "A"), tea.store.rows("product")[0]
    ids = []
    for arm in ("B", f"B{signed[1:]}", f"{signed}0", ""):
        session = WooSession(tea)
        session.add(pot)
        session.extend_cart(arm)
        ids.append(str(session.check_out(BLOCKS, "eve@example.com")["id"]))
    reconcile.reconcile_shop(kept)
    work_through(kept, reconcile.KIND)
    with shop_scope(kept):
        arms = list(Order.objects.filter(external_id__in=ids).values_list("arm", flat=True))
    assert arms == [""] * len(ids)
