"""What people, and shops that left, ask under the law is done: whole, once, for one shop only, and without a token."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage

from recommender.products.data.catalogue import save_catalogue
from recommender.products.services import train_shop
from shopconnect.accounts.types import Role
from shopconnect.connectors import registry
from shopconnect.connectors.base import PrivacyRequestKind
from shopconnect.connectors.types import AccessEnded, AppRefused, CustomerDraft
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from shopconnect.notifications.models import Notice
from shopconnect.orders import drafts, selectors
from shopconnect.orders.models import Order
from shopconnect.orders.services import store_customers, store_orders
from shopconnect.privacy import requests
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.shops import erasure, installs
from shopconnect.shops.models import AuditEntry, Install, Shop
from tests.recommender.products.shops import fill_shop
from tests.shopconnect.privacy.people import (
    AT,
    EMAIL,
    HELD_OF_ZOE,
    JEAN,
    KEY,
    ZOE,
    event,
    fill_with_people,
    held,
    order,
    wish,
)
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainConnection, PlainPlatform, refusal, tokens


@pytest.fixture
def platform(offer):
    """The platform, which lets us in."""
    offer()
    registry.register(made := PlainPlatform())
    return made


@pytest.fixture
def platform_shop(db, platform):
    """A shop of a platform with people in it."""
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    fill_with_people(shop_id)
    return shop_id


def receive(shop_id, kind, at=AT, **fields):
    requests.receive_request(shop_id, wish(kind, **fields), at)
    run_due(shop_id, requests.FULFIL)


def only_request(shop_id):
    with shop_scope(shop_id):
        return PrivacyRequest.objects.get()


def test_an_erased_person_is_gone_from_every_table_of_that_shop_and_of_no_other(platform_shop, shop):
    fill_with_people(shop)
    of_jean = held(platform_shop, JEAN)
    assert held(platform_shop, ZOE) == held(shop, ZOE) == HELD_OF_ZOE
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    assert held(platform_shop, ZOE) == {}
    assert held(platform_shop, Person(visitors=("device-of-both",))) == {"events.event": 1, "privacy.consent": 1}
    assert held(platform_shop, JEAN) == {**of_jean, "events.event": 2}
    assert held(shop, ZOE) == HELD_OF_ZOE
    with shop_scope(platform_shop):
        assert selectors.count_lines() == 4  # amounts and goods stay


def test_the_request_itself_forgets_whom_it_was_about(platform_shop):
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, person_key=KEY, orders=("1",))
    row = only_request(platform_shop)
    assert (row.customer_external_id, row.person_key, row.orders) == ("", None, [])
    assert row.done_at is not None
    assert row.counts["orders.order"] == 2
    assert row.reference != "7"
    with shop_scope(platform_shop):
        assert KEY not in str(PrivacyRequest.objects.values().get())


def test_the_same_wish_again_is_done_already(platform_shop):
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    first = only_request(platform_shop)
    requests.fulfil_request(platform_shop, first.pk)
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)  # the same one again
    again = only_request(platform_shop)
    assert (again.done_at, again.counts) == (first.done_at, first.counts)


def test_who_comes_back_and_asks_again_is_erased_again(platform_shop):
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    with shop_scope(platform_shop):
        store_customers([CustomerDraft(external_id="7", email=EMAIL)])
        store_orders([order("9", customer="7")])
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, at=AT + timedelta(days=1))
    assert held(platform_shop, ZOE) == {}
    assert only_request(platform_shop).counts["orders.customer"] == 1


def test_who_may_come_back_is_erased_again_until_all_is_in(platform_shop, new_room):
    comings = [True, True, False]
    requests.erase_again_while("test", lambda: comings.pop(0))
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    of_once = only_request(platform_shop).counts
    assert held(platform_shop, ZOE) == {"privacy.privacyrequest": 1}
    (due,) = Due.objects.filter(kind=requests.FULFIL)
    assert timedelta(minutes=9) < due.due_at - now() <= timedelta(minutes=10)
    for _ in range(2):
        with shop_scope(platform_shop):
            store_customers([CustomerDraft(external_id="7", email=EMAIL)])
            requests.retry_erasures_now(platform_shop)
        run_due(platform_shop, requests.FULFIL)
    assert held(platform_shop, ZOE) == {}
    row = only_request(platform_shop)
    assert (row.done_at is None, row.customer_external_id) == (False, "")
    assert row.counts == {**of_once, "orders.customer": 3}
    assert not Due.objects.filter(kind=requests.FULFIL).exists()


def test_a_guests_order_is_found_by_its_own_number(platform_shop):
    with shop_scope(platform_shop):
        Order.objects.filter(external_id="4").update(customer_external_id="unknown")
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, customer="", orders=("4",))
    with shop_scope(platform_shop):
        assert Order.objects.get(external_id="4").customer_external_id == ""
    assert held(platform_shop, ZOE) == HELD_OF_ZOE


def test_what_a_device_did_that_claims_a_guests_order_goes_with_it(platform_shop):
    with shop_scope(platform_shop):
        bought = replace(event(91, "device-of-a-guest"), name="purchase", order="G-1")
        store_events([event(90, "device-of-a-guest"), bought])
    guest = Person(visitors=("device-of-a-guest",))
    assert held(platform_shop, guest) == {"events.event": 2}
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, customer="", orders=("G-1",))
    assert held(platform_shop, guest) == {}


def test_a_wish_that_names_nobody_erases_nobody(platform_shop):
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, customer="")
    assert only_request(platform_shop).counts == {}
    assert held(platform_shop, ZOE) == HELD_OF_ZOE


def test_a_person_who_is_only_known_by_address_is_found_whole(platform_shop):
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER, customer="", person_key=KEY)
    assert held(platform_shop, ZOE) == {}


def test_what_is_known_of_a_person_is_written_whole_and_told_to_owners(platform_shop):
    owner = make_member(platform_shop, Role.OWNER)
    receive(platform_shop, PrivacyRequestKind.DATA_REQUEST, reference="9999")
    row = only_request(platform_shop)
    answer = signed_in(owner).get(f"/privacy/{row.public_id}/")
    text = b"".join(answer.streaming_content).decode()
    tables = {entry["table"].lower(): entry["rows"] for entry in json.loads(text)["held"]}
    assert {label: len(rows) for label, rows in tables.items()} == {**HELD_OF_ZOE, "privacy.privacyrequest": 1}
    assert tables["orders.customer"][0]["email"] == EMAIL
    assert "jean" not in text
    assert answer["Cache-Control"] == "private, no-store"
    with shop_scope(platform_shop):
        assert list(Notice.objects.values_list("user_id", "kind")) == [(owner.pk, "privacy_file_ready")]
        assert AuditEntry.objects.filter(action="fetched_privacy_file", actor_id=owner.pk).count() == 1
    assert held(platform_shop, ZOE) == {**HELD_OF_ZOE, "privacy.privacyrequest": 1}


def test_only_owners_of_that_shop_see_and_fetch_it(platform_shop, shop):
    receive(platform_shop, PrivacyRequestKind.DATA_REQUEST, reference="9999")
    path = f"/privacy/{only_request(platform_shop).public_id}/"
    support, stranger = make_member(platform_shop, Role.SUPPORT), make_member(shop, Role.OWNER, "stranger@example.com")
    assert [signed_in(support).get(one).status_code for one in ("/privacy/", path)] == [403, 403]
    assert signed_in(stranger).get(path)["Location"] == "/privacy/"
    assert "9999" not in signed_in(stranger).get("/privacy/").content.decode()


def test_a_file_goes_when_its_time_is_over_and_not_before(platform_shop):
    receive(platform_shop, PrivacyRequestKind.DATA_REQUEST, reference="9999")
    row = only_request(platform_shop)
    name = f"shop/{platform_shop}/privacy/{row.public_id}.json"
    requests.drop_file(platform_shop, row.pk)
    assert default_storage.exists(name)  # its time is not over
    assert timedelta(days=29) < Due.objects.get(kind=requests.DROP).due_at - now() < timedelta(days=31)
    with shop_scope(platform_shop):
        PrivacyRequest.objects.update(file_until=now() - timedelta(seconds=1))
    requests.drop_file(platform_shop, row.pk)
    assert not default_storage.exists(name)
    assert only_request(platform_shop).customer_external_id == ""


def test_who_is_erased_leaves_no_file_of_what_was_held(platform_shop):
    receive(platform_shop, PrivacyRequestKind.DATA_REQUEST, reference="9999")
    row = only_request(platform_shop)
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    run_due(platform_shop, requests.DROP)
    assert not default_storage.exists(f"shop/{platform_shop}/privacy/{row.public_id}.json")
    assert held(platform_shop, ZOE) == {}


def test_all_of_it_is_done_for_a_shop_that_left(platform_shop):
    installs.uninstall_shop(platform_shop, None)
    receive(platform_shop, PrivacyRequestKind.DATA_REQUEST, reference="9999")
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    assert held(platform_shop, ZOE) == {}
    receive(platform_shop, PrivacyRequestKind.REDACT_SHOP)
    assert not Shop.objects.filter(pk=platform_shop).exists()
    assert not default_storage.exists(f"shop/{platform_shop}")


def test_a_shop_that_was_installed_again_is_not_erased_and_that_is_noted(platform_shop):
    installs.uninstall_shop(platform_shop, None)
    requests.receive_request(platform_shop, wish(PrivacyRequestKind.REDACT_SHOP), AT)
    installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    run_due(platform_shop, requests.FULFIL)
    assert only_request(platform_shop).is_refused
    assert held(platform_shop, ZOE) == HELD_OF_ZOE
    with shop_scope(platform_shop):
        assert AuditEntry.objects.filter(action="refused_erasure").count() == 1
        assert Install.objects.filter(uninstalled_at=None).exists()


def test_a_parked_shop_whose_uninstall_was_lost_is_erased(platform_shop):
    with shop_scope(platform_shop):
        Install.objects.update(needs_sign_in_at=now())
    receive(platform_shop, PrivacyRequestKind.REDACT_SHOP)
    assert not Shop.objects.filter(pk=platform_shop).exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_shop_that_lets_us_in_no_longer_is_erased_though_its_uninstall_was_lost(db, platform, monkeypatch, at_once):
    shop_id = installs.install_shop(NAME, SHOP, tokens(ends=now() if at_once else None), DRAFT)
    no = AccessEnded(NAME, 400 if at_once else 401, permanent=not at_once, detail="invalid_client")
    if at_once:  # its tokens are over, and are not renewed
        platform.failures = [no]
    else:
        monkeypatch.setattr(PlainConnection, "read_shop", Mock(side_effect=no))
    receive(shop_id, PrivacyRequestKind.REDACT_SHOP)
    assert not Shop.objects.filter(pk=shop_id).exists()


def test_a_shop_that_lives_is_not_erased_because_our_secret_is_wrong(db, platform):
    no = AppRefused(NAME, 400, permanent=False, detail="invalid_client")
    shop_id = installs.install_shop(NAME, SHOP, tokens(ends=now()), DRAFT)
    platform.failures = [no]
    receive(shop_id, PrivacyRequestKind.REDACT_SHOP)
    assert only_request(shop_id).done_at is None
    with shop_scope(shop_id):
        assert Install.objects.get().uninstalled_at is None
        Install.objects.update(tokens_at=AT - timedelta(hours=60))  # as those of a shop that left are
    cache.clear()
    platform.failures = [no]
    Due.objects.update(due_at=now())
    run_due(shop_id, requests.FULFIL)
    assert not Shop.objects.filter(pk=shop_id).exists()


def test_a_shop_whose_platform_is_away_is_erased_later_or_not_at_all(db, platform):
    shop_id = installs.install_shop(NAME, SHOP, tokens(ends=now()), DRAFT)
    platform.failures = [refusal(permanent=False, status=503)]
    receive(shop_id, PrivacyRequestKind.REDACT_SHOP)
    assert only_request(shop_id).done_at is None
    Due.objects.update(due_at=now())
    run_due(shop_id, requests.FULFIL)  # it lets us in
    assert only_request(shop_id).is_refused


def test_a_large_shop_that_asks_to_be_erased_is_gone_on_with(platform_shop, monkeypatch):
    installs.uninstall_shop(platform_shop, None)
    monkeypatch.setattr(erasure, "SLICE_ROWS", 5)
    monkeypatch.setattr(erasure, "TURN_SECONDS", 0.0)
    receive(platform_shop, PrivacyRequestKind.REDACT_SHOP)
    assert Shop.objects.filter(pk=platform_shop).exists()
    monkeypatch.setattr(erasure, "TURN_SECONDS", 60.0)
    run_due(platform_shop, erasure.WORK_KIND)
    assert not Shop.objects.filter(pk=platform_shop).exists()


def test_what_was_learnt_holds_nobody(shop):
    fill_shop(shop)
    train_shop(shop)
    save_catalogue(shop)
    with shop_scope(shop):
        buyers = {row.external_id for row in drafts.iter_customers()}
    assert len(buyers) > 50
    files = [file for file in Path(default_storage.path(f"shop/{shop}")).rglob("*") if file.is_file()]
    assert len(files) > 5
    for file in files:
        if file.suffix == ".npy":
            assert not {len(buyers), len(buyers) + 1} & set(np.load(file).shape), file
        else:
            assert not any(f'"{buyer}"' in file.read_text() for buyer in buyers), file


def test_the_page_is_empty_until_somebody_asks_and_speaks_both_languages(platform_shop):
    owner = signed_in(make_member(platform_shop, Role.OWNER))
    assert "No requests yet" in owner.get("/privacy/").content.decode()
    receive(platform_shop, PrivacyRequestKind.REDACT_CUSTOMER)
    requests.receive_request(platform_shop, wish(PrivacyRequestKind.DATA_REQUEST, reference="9999"), now())
    page = owner.get("/privacy/", headers={"accept-language": "fr"}).content.decode()
    assert "Effacer un client" in page
    assert "traitée" in page
    assert "en cours" in page
    with shop_scope(platform_shop):
        PrivacyRequest.objects.update(due_at=now() - timedelta(days=1))
    assert "late" in owner.get("/privacy/").content.decode()
