"""A shop on Shopify comes in whole, whatever its exports and its answers are like, and its prices change there."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from recommender.prices.selectors import list_price_changes
from recommender.prices.services import ask_price_change, undo_price_change
from recommender.prices.types import PriceRequest
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.registry import find_platform
from shopconnect.connectors.shopify import oauth
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.privacy.requests import FULFIL
from shopconnect.shops import installs
from shopconnect.sync import backfill, outbox
from shopconnect.sync.models import Backfill
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
from shopconnect.sync.selectors import list_backfills
from shopconnect.sync.types import ChangeState
from tests.doubles.shopify.double import DoubleShop
from tests.shopconnect.privacy.people import held
from tests.shopconnect.sync.conftest import states
from tests.shopconnect.sync.worlds import work_off
from tests.stories.test_shopify_keeps_step import assert_equal_to_the_source, shopify, source  # noqa: F401


@pytest.fixture
def arrived(transactional_db: None, nobody_is_woken: None, source: DoubleShop) -> Iterator[ShopId]:  # noqa: F811
    """The double's shop, just installed."""
    shop_id = install(source)
    yield shop_id
    store.erase(shop_id)


def install(shop: DoubleShop) -> ShopId:
    app = find_platform("shopify").app
    return installs.sign_in_shop(
        "shopify",
        shop.domain,
        lambda: oauth.exchange_session_token(app, shop.domain, shop.session_token(), now()),
        lambda tokens: True,
    )


def bring_in(shop_id: ShopId) -> None:
    work_off(shop_id, "backfill", turns=300)


@pytest.mark.parametrize("outcomes", [[], ["FAILED"], ["PARTIAL"] * 3, ["EXPIRED", "FAILED", "PARTIAL"]])
def test_a_shop_comes_in_whole_however_its_exports_end(source, arrived, outcomes):  # noqa: F811
    source.bulks.next_outcomes = list(outcomes)
    bring_in(arrived)
    assert set(states(arrived).values()) == {"done"}
    assert_equal_to_the_source(arrived)
    with shop_scope(arrived):
        assert [one.count for one in list_backfills()] == [30, 30, 30]


@pytest.mark.parametrize("failure", ["502", "429", "html", "truncated"])
def test_a_shop_comes_in_whole_though_the_platform_stumbles(shopify, source, arrived, failure):  # noqa: F811
    shopify.fail(failure, times=4)
    bring_in(arrived)
    assert_equal_to_the_source(arrived)


def test_a_shop_without_anything_is_in_at_once(shopify, transactional_db):  # noqa: F811
    shop_id = install(shopify.add_shop("empty"))
    bring_in(shop_id)
    with shop_scope(shop_id):
        assert [(one.state, one.count) for one in list_backfills()] == [("done", 0)] * 3


def test_a_shop_that_leaves_in_the_middle_and_comes_back_comes_in_whole(source, arrived, monkeypatch):  # noqa: F811
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 10)
    while not stored(arrived, ResourceType.PRODUCT):
        work_off(arrived, "backfill", turns=1)
    assert stored(arrived, ResourceType.PRODUCT) < 30
    installs.uninstall_shop(arrived, now())
    bring_in(arrived)
    assert "stopped" in states(arrived).values()
    assert install(source) == arrived
    bring_in(arrived)
    assert_equal_to_the_source(arrived)


def test_who_is_erased_in_the_middle_does_not_come_back_with_what_was_exported_before(
    source,  # noqa: F811
    arrived,
    monkeypatch,
):
    customer = source.store.all("Customer")[12]
    external_id = customer["id"].rpartition("/")[2]
    person = Person(customer_external_id=external_id)
    monkeypatch.setattr(backfill, "SLICE_SECONDS", 0)
    monkeypatch.setattr(backfill, "LOT_AT_FIRST", 10)
    while not stored(arrived, ResourceType.CUSTOMER):
        work_off(arrived, "backfill", turns=1)
    source.ask_privacy("customers/redact", customer, orders_to_redact=[])
    for order in source.store.all("Order"):
        order["customer"] = None if order["customer"] == customer else order["customer"]
    source.store.delete_customer(customer)  # Shopify itself forgets them
    assert source.webhooks.wait()
    work_off(arrived, "hooks")
    work_off(arrived, FULFIL, turns=1)
    assert (held(arrived, person), open_requests(arrived)) == ({"privacy.privacyrequest": 1}, [external_id])
    bring_in(arrived)
    assert states(arrived)["order"] == "done"
    assert held(arrived, person)["orders.order"] == 1  # the export knew them
    assert Due.objects.get(shop_id=arrived, kind=FULFIL).due_at <= now()
    work_off(arrived, FULFIL, turns=1)
    assert (held(arrived, person), open_requests(arrived)) == ({}, [])
    ask_reconciling(now())
    ask_sweeps(now())
    work_off(arrived)
    assert held(arrived, person) == {}


def open_requests(shop_id: ShopId) -> list[str]:
    with shop_scope(shop_id):
        return list(PrivacyRequest.objects.filter(done_at=None).values_list("customer_external_id", flat=True))


def stored(shop_id: ShopId, resource: ResourceType) -> int:
    with shop_scope(shop_id):
        return Backfill.objects.get(resource=resource).count


def test_a_price_is_changed_there_once_the_merchant_allows_it(source, arrived):  # noqa: F811
    bring_in(arrived)
    product = source.store.all("Product")[12]
    with shop_scope(arrived):
        ours = find_product_by_external_id(product["id"].rpartition("/")[2])
    request = PriceRequest(
        product_public_id=ours.public_id,
        variant=product["variants"][0]["id"].rpartition("/")[2],
        price=Decimal("11.50"),
        compare_at_price=Decimal("13.00"),
        currency=ours.currency,
    )
    ask_price_change(arrived, None, request, "not allowed")
    work_off(arrived, outbox.KIND)
    source.install_scopes(f"{source.double.scopes},write_products")
    installs.distrust_tokens(arrived)
    ask_price_change(arrived, None, request, "allowed")
    work_off(arrived, outbox.KIND)
    with shop_scope(arrived):
        done, refused = list_price_changes()
        assert (done.state, refused.state) == (ChangeState.DONE, ChangeState.REFUSED)
        assert refused.refusal
        assert find_product_by_external_id(ours.external_id).price_amount == Decimal("11.50")
    assert (product["variants"][0]["price"], product["variants"][0]["compareAtPrice"]) == ("11.50", "13.00")
    undo_price_change(arrived, None, done.public_id)
    work_off(arrived, outbox.KIND)
    assert product["variants"][0]["price"] == "13.00"
    assert_equal_to_the_source(arrived)
