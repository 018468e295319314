"""Shopify's compliance webhooks, from its signature to the last row: also for a shop that left, and without a token."""

import base64
import hashlib
import hmac
import json

import pytest
from django.conf import settings
from django.test import Client

from shopconnect.connectors import registry
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import App
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import kinds, run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.shops import installs
from shopconnect.shops.models import Install, Shop
from tests.shopconnect.privacy.people import EMAIL, HELD_OF_ZOE, ZOE, fill_with_people, held
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

CUSTOMER = {"id": 7, "email": EMAIL, "phone": "555-625-1199"}
OTHER_SHOP = "other.myshopify.com"


@pytest.fixture
def shops(db, offer):
    """Two shops on Shopify that know the same person."""
    offer()
    registry.register(Shopify(App(client_id=settings.SHOPIFY_CLIENT_ID, secret=settings.SHOPIFY_CLIENT_SECRET)))
    made = [installs.install_shop(NAME, domain, tokens(), DRAFT) for domain in (SHOP, OTHER_SHOP)]
    for shop_id in made:
        fill_with_people(shop_id)
    return made


def send(topic: str, body: dict, number: int = 1, secret: str = settings.SHOPIFY_CLIENT_SECRET) -> int:
    raw = json.dumps({"shop_id": 954889, "shop_domain": SHOP, **body}).encode()
    digest = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    answer = Client(enforce_csrf_checks=True).post(
        "/hooks/shopify",
        raw,
        content_type="application/json",
        headers={
            "x-shopify-topic": topic,
            "x-shopify-hmac-sha256": digest,
            "x-shopify-shop-domain": SHOP,
            "x-shopify-api-version": "2026-10",
            "x-shopify-webhook-id": f"{topic}-{number}",
            "x-shopify-triggered-at": f"{now():%Y-%m-%dT%H:%M:%S.%f}789Z",
        },
    )
    return answer.status_code


def work_off(shop_id) -> None:
    """Do all that is due of a shop and needs no platform."""
    for kind in ("hooks", "privacy_request", "drop_privacy_file", "erase_shop"):
        if Due.objects.filter(shop_id=shop_id, kind=kind).exists() and kind in kinds():
            run_due(shop_id, kind)


def test_a_person_is_erased_in_the_shop_that_asks_and_in_no_other(shops):
    shop, other = shops
    assert send("customers/redact", {"customer": CUSTOMER, "orders_to_redact": [1, 2]}) == 200
    work_off(shop)
    assert held(shop, ZOE) == {}
    assert held(other, ZOE) == HELD_OF_ZOE


def test_a_person_is_told_what_is_held(shops):
    shop, other = shops
    body = {"customer": CUSTOMER, "orders_requested": [1, 2], "data_request": {"id": 9999}}
    assert [send("customers/data_request", body, number) for number in (1, 1, 2)] == [200] * 3
    work_off(shop)
    with shop_scope(shop):
        row = PrivacyRequest.objects.get()
    assert (row.reference, row.counts["orders.order"], row.counts["answers.message"]) == ("9999", 2, 1)


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact"])
def test_a_bad_signature_changes_nothing(shops, topic):
    assert send(topic, {"customer": CUSTOMER}, secret="wrong") == 401
    work_off(shops[0])
    assert held(shops[0], ZOE) == HELD_OF_ZOE


def test_all_is_done_after_the_uninstall_and_without_a_token(shops):
    shop, other = shops
    assert send("app/uninstalled", {}) == 200
    work_off(shop)
    with shop_scope(shop):
        assert Install.objects.get().tokens == ""
    assert send("customers/redact", {"customer": CUSTOMER, "orders_to_redact": []}) == 200
    work_off(shop)
    assert held(shop, ZOE) == {}
    assert send("shop/redact", {}) == 200
    work_off(shop)
    assert list(Shop.objects.values_list("id", flat=True)) == [other]
    assert held(other, ZOE) == HELD_OF_ZOE
    assert send("shop/redact", {}, 2) == 200  # once more, of a shop that nobody knows any more


def test_a_shop_that_is_back_keeps_all(shops):
    shop, _other = shops
    send("app/uninstalled", {})
    work_off(shop)
    assert not installs.is_installed(shop)
    send("shop/redact", {})
    installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    work_off(shop)
    assert held(shop, ZOE) == HELD_OF_ZOE
