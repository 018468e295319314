"""A platform is added by its own folder alone (docs/contributors/adding-a-platform.md), and works as any other."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLResolver, clear_url_caches

from recommender.prices import services as prices
from recommender.prices.types import PriceRequest
from shopconnect.accounts.display_names import called, staff_address
from shopconnect.accounts.types import Role
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.connectors.base import Ability, ResourceType, Tokens
from shopconnect.connectors.registry import UnknownPlatform
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import list_notices
from shopconnect.orders.models import Customer
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.shops.selectors import slug_of_shop
from shopconnect.shops.types import NotConnected
from shopconnect.sync import inbox, reconcile, subscriptions
from shopconnect.sync.models import InboxWebhook, Watermark
from shopconnect.sync.selectors import find_lag
from tests.connectors.dummy.entering import enter_platform
from tests.connectors.dummy.platform import NAME, sign
from tests.connectors.dummy.store import DummyShop
from tests.servers import ROOT
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.sync.conftest import work_through
from tests.shopconnect.sync.worlds import titles

HOST = "shop.example.com"
KEY = Tokens(access="ck", secret="cs")
pytestmark = pytest.mark.usefixtures("nobody_is_woken")


@pytest.fixture
def dummy(monkeypatch):
    """The platform, entered by its own AppConfig, and taken out again."""
    return enter_platform(monkeypatch)


@pytest.fixture
def store(dummy):
    """One of its shops."""
    dummy.shops[HOST] = DummyShop(HOST).fill()
    return dummy.shops[HOST]


@pytest.fixture
def installed(db, dummy, store):
    """That shop, installed, with everything in."""
    shop_id = installs.install_shop(NAME, HOST, KEY, dummy.connect(HOST, KEY).read_shop())
    work_through(shop_id)
    work_through(shop_id, subscriptions.KIND)
    return shop_id


def post(raw, host: str = HOST) -> int:
    path, headers = f"/hooks/{NAME}/{host}", dict(raw.headers)
    return Client().post(path, raw.body, content_type="application/json", headers=headers).status_code


def test_a_name_that_nobody_registered_is_no_platform(db):
    with pytest.raises(UnknownPlatform):
        installs.install_shop("nothing", HOST, KEY, ShopDraft(name="x", currency="EUR", timezone="UTC"))


def test_a_first_sync_reads_customers_by_their_ids(installed, store):
    with shop_scope(installed):
        assert Customer.objects.count() == 5
        assert set(Watermark.objects.values_list("resource", flat=True)) == {"product", "customer", "order"}
    assert f"list_changed {ResourceType.CUSTOMER}" not in store.asked
    assert len(titles(installed)) == 9


def test_customers_are_kept_in_step_by_webhooks_and_the_sweep(installed, store):
    store.know("5", country="DE")
    assert post(sign(HOST, "customer.updated", "5")) == 200
    inbox.apply_webhooks(installed)
    store.know("9")  # and nobody says so
    work_off_reconciling(installed)
    with shop_scope(installed):
        assert Customer.objects.get(external_id="5").country == "DE"
        assert not Customer.objects.filter(external_id="9").exists()
    sweep(installed)
    with shop_scope(installed):
        assert Customer.objects.filter(external_id="9").exists()
        Watermark.objects.filter(resource="customer").update(moved_at=now() - timedelta(hours=2))
    reconcile.reconcile(installed, 2)
    with shop_scope(installed):
        assert find_lag() is None
    assert f"list_changed {ResourceType.CUSTOMER}" not in store.asked


def work_off_reconciling(shop_id) -> None:
    for subject_id in reconcile.RESOURCES:
        reconcile.reconcile(shop_id, subject_id)


def sweep(shop_id) -> None:
    for subject_id in reconcile.RESOURCES:
        for _ in range(5):
            reconcile.sweep_ids(shop_id, subject_id)
            if not Due.objects.filter(shop_id=shop_id, kind=reconcile.SWEEP_KIND, subject_id=subject_id).exists():
                break
            Due.objects.filter(shop_id=shop_id, kind=reconcile.SWEEP_KIND).delete()
    inbox.apply_webhooks(shop_id)


def test_a_webhook_comes_in_under_the_shops_own_secret_and_no_other(installed, store, dummy):
    dummy.shops["other.example.com"] = DummyShop("other.example.com")
    store.change_product("3", title="Another title")
    assert post(sign("other.example.com", "product.updated", "3")) == 401
    assert post(sign(HOST, "product.updated", "3"), host="other.example.com") == 401
    assert post(sign(HOST, "product.updated", "3")) == 200
    inbox.apply_webhooks(installed)
    assert titles(installed)["3"] == "Another title"
    store.change_product("3", title="A third")
    assert post(sign(HOST, "product.updated", "3")) == 200  # the same bytes, hence the same delivery
    inbox.apply_webhooks(installed)
    assert titles(installed)["3"] == "A third"


def test_a_platform_that_never_sends_again_is_told_yes_and_reconciliation_mends_it(installed, store, monkeypatch):
    def away(*_):
        raise OperationalError("the database is away")

    store.change_product("3", title="Another title")
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "run_sql", away)
        assert post(sign(HOST, "product.updated", "3")) == 200
    with shop_scope(installed):
        assert not InboxWebhook.objects.exists()
    work_off_reconciling(installed)
    assert titles(installed)["3"] == "Another title"


def test_webhooks_are_subscribed_to_at_the_install_and_ended_with_it(installed, store, settings):
    address = f"{settings.SITE_URL}/hooks/{NAME}/{HOST}"
    assert {one for one, _topic in store.subscribed} == {address}
    before = list(store.subscribed)
    subscriptions.subscribe(installed)
    assert store.subscribed == before
    subscriptions.disconnect_shop(installed)
    assert store.subscribed == []
    assert not installs.is_installed(installed)
    subscriptions.disconnect_shop(installed)


def test_webhooks_that_the_platform_switched_off_are_back_after_a_night_and_the_owner_is_told(installed, store):
    owner = make_member(installed, Role.OWNER)
    store.subscribed.clear()
    store.switched_off = 4
    reconcile.ask_sweeps(now() - timedelta(days=1))
    work_through(installed, reconcile.SHOP_SWEEP_KIND)
    work_through(installed, subscriptions.KIND)
    assert len(store.subscribed) == 4
    told = [one.kind for one in list_notices(installed, owner.pk, Role.OWNER)[0]]
    assert told == [subscriptions.SWITCHED_OFF]
    subscriptions.subscribe(installed)
    assert len(list_notices(installed, owner.pk, Role.OWNER)[0]) == 1


def test_a_shop_disconnects_while_its_platform_is_away(installed, store):
    store.wall = 503
    subscriptions.disconnect_shop(installed)
    assert not installs.is_installed(installed)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_firewall_ends_no_install_and_parks_nobody(installed, store, status):
    store.wall = status
    with pytest.raises(Exception, match="firewall"):
        installs.uninstall_refused(installed, now())
    with pytest.raises(Exception, match="firewall"):
        reconcile.reconcile(installed, 1)
    with shop_scope(installed):
        row = Install.objects.get()
    assert (row.uninstalled_at, row.needs_sign_in_at) == (None, None)
    store.wall = None
    work_off_reconciling(installed)


def test_a_key_that_was_revoked_parks_the_shop_until_there_is_another(installed, store, dummy):
    store.is_revoked = True
    with pytest.raises(Exception, match="invalid_key"):
        reconcile.reconcile(installed, 1)
    with pytest.raises(NotConnected):
        installs.connection_of(installed)
    store.is_revoked, store.key = False, "ck2"
    fresh = Tokens(access="ck2", secret="cs")
    assert installs.install_shop(NAME, HOST, fresh, dummy.connect(HOST, fresh).read_shop()) == installed
    assert installs.connection_of(installed).read_shop().number == "77"


def test_shops_of_one_name_and_other_endings_have_slugs_of_their_own(installed, dummy):
    other = "shop.example.org"
    dummy.shops[other] = DummyShop(other)
    second = installs.install_shop(NAME, other, KEY, dummy.connect(other, KEY).read_shop())
    assert (slug_of_shop(installed), slug_of_shop(second)) == ("shop-example-com", "shop-example-org")


def test_a_price_is_changed_on_it(installed, store):
    with shop_scope(installed):
        product = find_product_by_external_id("2")
    request = PriceRequest(
        product_public_id=product.public_id, variant="2-1", price=Decimal(12), compare_at_price=None, currency="EUR"
    )
    prices.ask_price_change(installed, None, request, "key")
    work_through(installed, "push_change")
    assert store.held[ResourceType.PRODUCT]["2"][0].variants[0].price == 12
    assert prices.takes_prices(installed)


def test_the_merchants_pages_speak_of_it(installed):
    owner = signed_in(make_member(installed, Role.OWNER))
    home = owner.get("/").content.decode()
    assert "Dummy" in home
    assert "Switch on the plugin" in home
    assert "From Dummy" in owner.get("/bring-in/").content.decode()
    assert "changes you sent to Dummy from ShopConnect" in owner.get("/prices/").content.decode()
    assert HOST in owner.get("/snippet/").content.decode()


def test_a_shop_of_files_is_told_where_to_connect_one(db, shop, dummy):
    page = signed_in(make_member(shop, Role.OWNER)).get("/bring-in/").content.decode()
    assert 'href="/dummy/install"' in page
    assert "Connect a Dummy shop" in page


def test_its_staff_have_its_name(dummy):
    assert called("", staff_address(NAME, HOST, "1234567")) == "Dummy staff 4567"


def test_its_paths_are_served(dummy, monkeypatch):
    from importlib import reload  # noqa: PLC0415

    from shopconnect.platforms import urls  # noqa: PLC0415

    clear_url_caches()
    found = {str(one.pattern) for one in reload(urls).urlpatterns if isinstance(one, URLResolver)}
    assert "dummy/" in found


def test_no_room_names_it():
    """Adding it touched no file of another room: nobody but its folder and these tests knows its name."""
    packages = ("shopconnect", "recommender", "chatbot", "templates")
    naming = [
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bdummy\b", path.read_text(), re.IGNORECASE)
    ]
    assert naming == []


def test_the_guide_names_each_place_where_a_platform_enters():
    guide = (ROOT / "docs" / "contributors" / "adding-a-platform.md").read_text()
    for word in (
        "PlatformDescriptor",
        "register_descriptor",
        "register_urls",
        "register_guide",
        "register_admin_address",
        "register_billing",
        "register_demo_install",
        "register_bench_source",
        "when_not_signed_in",
        "storefront.js",
        "PlatformContract",
        "webhook_secret",
        "AccessEnded",
    ):
        assert word in guide, word
    for ability in Ability:
        assert ability.name in guide, ability
