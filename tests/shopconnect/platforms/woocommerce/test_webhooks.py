"""A connected shop tells of its changes at our door: whatever it says, and in whatever order, what holds is here."""

from dataclasses import replace

import pytest
from django.db import connection

from shopconnect.accounts.types import Role
from shopconnect.catalog.models import Product, Variant
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import list_notices
from shopconnect.orders.models import Customer, Order
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.sync import inbox, reconcile, subscriptions
from shopconnect.sync.views import MOST_BYTES
from tests.doubles.woocommerce.webhooks import DISABLED_AFTER, Subscription
from tests.shopconnect.platforms.woocommerce.merchants import HOME, deliver
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.sync.conftest import work_through
from tests.shopconnect.sync.worlds import titles, waiting, work_off

pytestmark = pytest.mark.usefixtures("nobody_is_woken")


def hear(tea, shop_id) -> int:
    """Have the shop's queue run and what came of it done; returns how many were sent."""
    sent = tea.webhooks.run_queue()
    work_off(shop_id, inbox.APPLY_WEBHOOKS)
    return sent


def test_a_shop_that_is_connected_tells_of_eleven_topics_at_its_own_address(tea, kept):
    held = tea.webhooks.all()
    assert {one.row["delivery_url"] for one in held} == {f"{HOME}/hooks/woocommerce/{tea.name}"}
    assert (len(held), {one.row["status"] for one in held}) == (11, {"active"})
    assert all(one.is_pinged for one in held)  # unsigned, and answered by 200


def test_what_happens_there_is_here_after_a_turn(tea, kept):
    pot, gone = tea.store.rows("product")[0], tea.store.rows("product")[1]
    with tea.store.changing("product", pot):
        pot["name"] = "Kettle"
    tea.store.trash("product", gone)
    new = tea.store.add_product("New")
    assert hear(tea, kept) == 3
    found = titles(kept)
    assert (found[str(pot["id"])], found[str(new["id"])]) == ("Kettle", "New")
    assert str(gone["id"]) not in found
    assert waiting(kept) == 0


def test_what_is_trashed_restored_and_trashed_again_is_gone(tea, kept):
    pot = tea.store.rows("product")[0]
    for is_here in (False, True, False):
        if is_here:
            tea.store.restore("product", pot)
        else:
            tea.store.trash("product", pot)
        hear(tea, kept)
        assert (str(pot["id"]) in titles(kept)) == is_here
    tea.store.restore("product", pot)
    tea.store.trash("product", pot)
    hear(tea, kept)
    assert str(pot["id"]) not in titles(kept)


def test_a_variation_that_is_sold_changes_its_product(tea, kept):
    product = next(row for row in tea.store.rows("product") if row["variations"])
    variation = tea.store.variations_of(product)[0]
    before = set(titles(kept))
    with tea.store.changing("variation", variation):
        variation["stock_quantity"] = 77
    hear(tea, kept)
    with shop_scope(kept):
        assert Variant.objects.get(external_id=str(variation["id"])).stock_level == 77
    assert set(titles(kept)) == before  # and is no product of its own


def test_staff_who_are_told_as_customers_are_none(tea, kept):
    person = tea.store.add_customer("ana@example.com", role="shop_manager")
    assert hear(tea, kept) == 1
    with shop_scope(kept):
        assert not Customer.objects.filter(external_id=str(person["id"])).exists()
    assert waiting(kept) == 0


def test_an_order_that_is_told_as_updated_before_it_is_told_as_created_is_one(tea, kept):
    order = tea.store.add_order([(tea.store.rows("product")[0], 2)], email="late@example.com")
    with tea.store.changing("order", order):
        order["status"] = "completed"
    tea.webhooks.queue.reverse()
    assert hear(tea, kept) == 2
    with shop_scope(kept):
        assert Order.objects.filter(external_id=str(order["id"])).count() == 1


@pytest.mark.parametrize("is_told", [True, False])
def test_who_is_erased_in_wordpress_is_erased_here(tea, kept, is_told):
    order = next(row for row in tea.store.rows("order") if not row["customer_id"])
    with shop_scope(kept):
        known = Order.objects.get(external_id=str(order["id"]), kind="order").person_key
        assert known
        assert Order.objects.filter(person_key=known).count() > 1
    tea.store.erase_person(order)
    if is_told:
        hear(tea, kept)
    else:  # the webhook was lost
        tea.webhooks.queue.clear()
        reconcile.reconcile(kept, 3)
    with shop_scope(kept):
        assert list(PrivacyRequest.objects.values_list("kind", flat=True)) == ["redact_customer"]
    work_off(kept, "privacy_request")
    with shop_scope(kept):
        assert not Order.objects.filter(person_key=known).exists()
        assert PrivacyRequest.objects.get().done_at is not None
    reconcile.reconcile(kept, 3)  # what is read once more asks for nothing once more
    with shop_scope(kept):
        assert PrivacyRequest.objects.count() == 1
    assert not Due.objects.filter(shop_id=kept, kind="privacy_request").exists()


def signed(tea, topic: str = "product.updated", **changes):
    one = next(one for one in tea.webhooks.all() if one.row["topic"] == topic)
    return replace(tea.webhooks.delivery(one, topic, "product", tea.store.rows("product")[0]["id"]), **changes)


def test_what_is_not_signed_with_the_shops_own_secret_says_nothing(tea, kept):
    delivery = signed(tea)
    row = {"id": 1, "delivery_url": delivery.url, "topic": "product.updated", "status": "active"}
    forged = tea.webhooks.delivery(Subscription(row, "guessed"), "product.updated", "product", 11)
    for one in (forged, replace(delivery, body=delivery.body + b" "), replace(delivery, body=b"webhook_id=1")):
        assert deliver(one) == 401
    assert waiting(kept) == 0
    assert deliver(delivery) == 200
    assert waiting(kept) == 1


def test_what_is_too_large_is_lost_rather_than_refused(tea, kept):
    assert deliver(signed(tea, body=b" " * (MOST_BYTES + 1))) == 200
    assert waiting(kept) == 0


def test_while_postgresql_is_away_the_answer_is_200_and_reconciliation_mends_it(
    transactional_db, tea, kept, monkeypatch
):
    pot = tea.store.rows("product")[0]
    with tea.store.changing("product", pot):
        pot["name"] = "Kettle"
    answers = []
    tea.webhooks.send = lambda delivery: answers.append(deliver(delivery)) or answers[-1]
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patch.setitem(connection.settings_dict, "PORT", "1")
        assert tea.webhooks.run_queue() == 1
        connection.close()
    assert (answers, waiting(kept)) == ([200], 0)
    reconcile.reconcile(kept, 1)
    assert titles(kept)[str(pot["id"])] == "Kettle"


def test_what_the_shop_switched_off_is_made_anew_in_the_night_and_its_owner_is_told(tea, kept):
    owner = make_member(kept, Role.OWNER, "zoe@example.com")
    tea.webhooks.send = lambda _: 500
    pot = tea.store.rows("product")[0]
    for number in range(DISABLED_AFTER):
        with tea.store.changing("product", pot):
            pot["name"] = f"Name {number}"
        tea.webhooks.run_queue()
    assert [one.row["topic"] for one in tea.webhooks.all() if one.row["status"] == "disabled"] == ["product.updated"]
    tea.webhooks.send = deliver
    tea.asked.clear()
    reconcile.sweep_shop(kept)
    work_through(kept, subscriptions.KIND)
    assert not [one for one in tea.asked if one.startswith("PUT")]  # what is only switched on goes off at once
    assert (len(tea.webhooks.all()), {one.failures for one in tea.webhooks.all()}) == (11, {0})
    assert {one.row["status"] for one in tea.webhooks.all()} == {"active"}
    told = [one.sentence for one in list_notices(kept, owner.pk, Role.OWNER)[0]]
    assert [one for one in told if "stopped sending" in one]
    reconcile.sweep_shop(kept)
    work_through(kept, subscriptions.KIND)
    assert len(list_notices(kept, owner.pk, Role.OWNER)[0]) == len(told)
    with tea.store.changing("product", pot):
        pot["name"] = "Kettle"
    hear(tea, kept)
    assert titles(kept)[str(pot["id"])] == "Kettle"


def test_a_turn_asks_for_the_index_and_the_categories_once_a_minute(tea, kept):
    tea.asked.clear()
    for number in range(3):
        pot = tea.store.rows("product")[number]
        with tea.store.changing("product", pot):
            pot["name"] = f"Name {number}"
        hear(tea, kept)
    asked = [one.partition("?")[0] for one in tea.asked]
    assert asked.count("GET /") <= 1
    assert asked.count("GET /wc/v3/products/categories") <= 1
    assert not Due.objects.filter(shop_id=kept, kind=inbox.APPLY_WEBHOOKS).exists()


def test_a_category_that_is_newer_than_what_is_known_is_asked_for(tea, kept):
    new = tea.store.add("category", name="Kettles", slug="kettles")
    pot = tea.store.rows("product")[0]
    with tea.store.changing("product", pot):
        pot["categories"] = [{name: new[name] for name in ("id", "name", "slug")}]
    hear(tea, kept)
    with shop_scope(kept):
        assert Product.objects.get(external_id=str(pot["id"])).category == ["Kettles"]
