"""Webhooks in: each is followed once, whatever their order, and none is lost."""

from datetime import timedelta

import pytest

from shopconnect.catalog.models import Product
from shopconnect.connectors.base import (
    BulkDone,
    Deleted,
    PrivacyRequested,
    PrivacyRequestKind,
    ResourceType,
    ScopesChanged,
    Uninstalled,
)
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Order
from shopconnect.privacy import requests
from shopconnect.privacy.retention import forget_persons
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.shops.selectors import shop_profile
from shopconnect.sync import inbox
from shopconnect.sync.inbox import apply_webhooks, ask_about, receive_webhook
from shopconnect.sync.models import InboxWebhook
from tests.shopconnect.sync.world import START, World, tokens
from tests.shopconnect.sync.worlds import ids, is_same, tell, titles, touched, waiting, work_off


def test_a_touched_thing_is_asked_for_and_stored(worldly, world):
    world.sell("1", "Tea")
    world.know("7")
    world.take_order("5")
    tell(world, touched("1"), touched("7", ResourceType.CUSTOMER))
    tell(world, touched("5", ResourceType.ORDER))
    work_off(worldly)
    assert is_same(worldly, world)
    assert waiting(worldly) == 0
    assert [what for what, *_ in world.asked] == ["fetch"] * 3


def test_a_burst_about_one_thing_is_one_question(worldly, world):
    for number in range(30):
        world.sell("1", f"Tea {number}")
        tell(world, touched("1"))
    work_off(worldly)
    assert world.asked == [("fetch", ResourceType.PRODUCT, ("1",))]
    assert titles(worldly) == {"1": "Tea 29"}
    assert waiting(worldly) == 0


def test_a_webhook_that_comes_again_is_known_and_followed_once(worldly, world):
    world.sell("1")
    webhook = world.webhook(touched("1"), delivery="one")
    assert [receive_webhook(world, webhook).value for _ in range(3)] == ["taken", "known", "known"]
    apply_webhooks(worldly)
    with shop_scope(worldly):
        before = list(Product.objects.values()), list(InboxWebhook.objects.values())
    apply_webhooks(worldly)
    with shop_scope(worldly):
        assert (list(Product.objects.values()), list(InboxWebhook.objects.values())) == before
    assert len(world.asked) == 1


def test_a_delivery_that_comes_again_once_it_is_done_is_another_one(worldly, world):
    world.sell("1")
    receive_webhook(world, world.webhook(touched("1"), delivery="one"))
    apply_webhooks(worldly)
    world.sell("1", "Another title")
    assert receive_webhook(world, world.webhook(touched("1"), delivery="one")).value == "taken"
    apply_webhooks(worldly)
    assert titles(worldly) == {"1": "Another title"}


def test_more_than_a_lot_is_asked_for_in_lots(worldly, world):
    for number in range(60):
        world.sell(str(number))
        tell(world, touched(str(number)))
    work_off(worldly)
    assert is_same(worldly, world)
    assert [len(about) for about in ids(world.asked)] == [24, 24, 12]


def test_a_turn_ends_after_some_seconds_and_asks_for_another(worldly, world, monkeypatch):
    monkeypatch.setattr(inbox, "TURN_SECONDS", -1)
    for number in range(30):
        world.sell(str(number))
        tell(world, touched(str(number)))
    Due.objects.all().delete()
    apply_webhooks(worldly)
    assert (len(world.asked), Due.objects.filter(kind="hooks").count()) == (1, 1)
    work_off(worldly)
    assert is_same(worldly, world)


def test_what_the_platform_does_not_know_is_marked_deleted(worldly, world):
    world.sell("1")
    world.sell("2")
    tell(world, touched("1"), touched("2"))
    work_off(worldly)
    world.drop(ResourceType.PRODUCT, "1")
    tell(world, touched("1"))
    work_off(worldly)
    assert titles(worldly) == {"2": "Thing"}


def test_an_old_order_that_is_hidden_is_not_taken_for_deleted(worldly, world):
    world.take_order("new")
    world.take_order("old", placed_at=now() - timedelta(days=70))
    tell(world, touched("new", ResourceType.ORDER), touched("old", ResourceType.ORDER))
    work_off(worldly)
    for external_id in ("new", "old"):
        world.drop(ResourceType.ORDER, external_id)
        tell(world, touched(external_id, ResourceType.ORDER))
    work_off(worldly)
    with shop_scope(worldly):
        assert list(Order.objects.filter(cancelled_at=None).values_list("external_id", flat=True)) == ["old"]


def test_a_deletion_needs_no_question(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    work_off(worldly)
    world.asked.clear()
    world.drop(ResourceType.PRODUCT, "1")
    tell(world, Deleted(resource=ResourceType.PRODUCT, external_id="1"))
    work_off(worldly)
    assert (titles(worldly), world.asked, waiting(worldly)) == ({}, [], 0)


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_deletion_that_comes_late_deletes_nothing_that_is_newer(worldly, world, first):
    at = world.tick()
    world.sell("1", "Back again")
    webhooks = [
        world.webhook(Deleted(resource=ResourceType.PRODUCT, external_id="1"), at=at),
        world.webhook(touched("1")),
    ]
    for webhook in webhooks if first == "old" else webhooks[::-1]:
        receive_webhook(world, webhook)
        work_off(worldly)
    assert titles(worldly) == {"1": "Back again"}


def test_a_deletion_between_question_and_storing_holds(worldly, world):
    world.sell("1", "About to go")

    def go():
        world.meanwhile = lambda: None
        with shop_scope(worldly):
            Due.objects.filter(shop_id=worldly).delete()
        world.drop(ResourceType.PRODUCT, "1")
        inbox.delete_resources(worldly, ResourceType.PRODUCT, {"1": world.tick()})

    tell(world, touched("1"))
    apply_webhooks(worldly)
    world.sell("1", "Changed")
    tell(world, touched("1"))
    world.meanwhile = go
    apply_webhooks(worldly)
    assert titles(worldly) == {}


def test_the_shop_itself_is_asked_again(worldly, world):
    world.shop = type(world.shop)(name="Renamed", currency="EUR", timezone="Europe/Paris", hosts=("new.example",))
    tell(world, touched("", ResourceType.SHOP))
    work_off(worldly)
    with shop_scope(worldly):
        assert (shop_profile().name, shop_profile().hosts) == ("Renamed", ("new.example",))


def test_changed_scopes_have_the_tokens_renewed(worldly, world, monkeypatch):
    renewed = []
    monkeypatch.setattr(World, "renew", lambda self, shop, old: renewed.append(shop) or tokens())
    tell(world, ScopesChanged())
    work_off(worldly)
    world.sell("1")
    tell(world, touched("1"))
    work_off(worldly)
    assert (renewed, titles(worldly)) == (["world"], {"1": "Thing"})


def test_the_end_of_an_export_is_passed_on(worldly, world):
    tell(world, BulkDone(reference="1"))
    work_off(worldly, "hooks")
    assert waiting(worldly) == 0
    assert Due.objects.filter(shop_id=worldly, kind="backfill").exists()


# Comings and goings


def test_an_uninstall_ends_the_install_and_what_waited(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    receive_webhook(world, world.webhook(Uninstalled(), at=now()))
    work_off(worldly)
    assert not installs.is_installed(worldly)
    assert (titles(worldly), world.asked, waiting(worldly)) == ({}, [], 0)


def test_an_uninstall_that_comes_after_a_reinstall_is_ignored(worldly, world):
    late = world.webhook(Uninstalled(), at=now())
    installs.uninstall_shop(worldly, now())
    assert installs.install_shop(world.name, "world", tokens(), world.shop) == worldly
    receive_webhook(world, late)
    work_off(worldly, "hooks")
    with shop_scope(worldly):
        assert Install.objects.get(uninstalled_at=None).tokens != ""


def test_webhooks_of_a_shop_that_left_are_ended_without_a_question(worldly, world):
    installs.uninstall_shop(worldly, now())
    tell(world, touched("1"))
    work_off(worldly)
    assert (world.asked, waiting(worldly)) == ([], 0)


def test_a_parked_shop_loses_nothing_and_its_deletions_are_done(worldly, world):
    world.sell("1")
    world.sell("2")
    tell(world, touched("1"))
    work_off(worldly)
    with shop_scope(worldly):
        Install.objects.update(needs_sign_in_at=now())
    tell(world, touched("2"))
    world.drop(ResourceType.PRODUCT, "1")
    tell(world, Deleted(resource=ResourceType.PRODUCT, external_id="1"))
    for _ in range(inbox.MOST_ATTEMPTS + 2):
        apply_webhooks(worldly)
    assert (titles(worldly), waiting(worldly)) == ({}, 1)
    Due.objects.all().delete()
    installs.install_shop(world.name, "world", tokens(), world.shop)
    work_off(worldly, "hooks")
    assert (titles(worldly), waiting(worldly)) == ({"2": "Thing"}, 0)


@pytest.mark.parametrize("standing", ["installed", "parked", "gone"])
def test_a_wish_under_the_law_is_passed_on_however_the_shop_stands(worldly, world, standing):
    if standing == "parked":
        with shop_scope(worldly):
            Install.objects.update(needs_sign_in_at=now())
    if standing == "gone":
        installs.uninstall_shop(worldly, now())
    Due.objects.all().delete()
    wish = PrivacyRequested(
        kind=PrivacyRequestKind.REDACT_CUSTOMER, customer="7", person_key="k" * 64, orders=("1", "2")
    )
    tell(world, wish)
    tell(world, wish)
    assert Due.objects.get().kind == "hooks"
    apply_webhooks(worldly)
    assert [one.kind for one in requests.list_requests(worldly)] == [PrivacyRequestKind.REDACT_CUSTOMER]
    assert (waiting(worldly), world.asked) == (0, [])
    assert Due.objects.filter(kind=requests.FULFIL).exists()


def test_webhooks_touch_their_own_shop_only(worldly, world, other_shop):
    third = installs.install_shop(world.name, "another", tokens(), world.shop)
    world.sell("1")
    receive_webhook(world, world.webhook(touched("1"), delivery="same", shop="another"))
    receive_webhook(world, world.webhook(touched("1"), delivery="same", shop="world"))
    work_off(worldly)
    assert (titles(worldly), titles(third), titles(other_shop)) == ({"1": "Thing"}, {}, {})
    assert (waiting(worldly), waiting(third)) == (0, 1)


# What is kept


def test_nothing_but_ids_waits_in_the_inbox(worldly, world):
    tell(world, touched("7", ResourceType.CUSTOMER))
    with shop_scope(worldly):
        assert InboxWebhook.objects.get().notices == [{"is": "changed", "resource": "customer", "external_id": "7"}]


def test_what_is_done_is_forgotten_after_a_week(worldly, world):
    world.sell("1")
    world.bad = {"2"}
    for external_id in ("1", "2", "1"):
        tell(world, touched(external_id))
        work_off(worldly)
    tell(world, touched("3"))
    with shop_scope(worldly):
        last = InboxWebhook.objects.order_by("-id")[1].pk
        InboxWebhook.objects.exclude(pk=last).update(received_at=now() - timedelta(days=7, minutes=1))
    assert forget_persons(worldly) == 2
    assert forget_persons(worldly) == 0
    with shop_scope(worldly):
        assert sorted(InboxWebhook.objects.values_list("notices__0__external_id", flat=True)) == ["1", "3"]


def test_a_customers_webhooks_are_given_out_and_erased(worldly, world):
    tell(world, touched("7", ResourceType.CUSTOMER))
    tell(world, touched("8", ResourceType.CUSTOMER))
    tell(world, touched("7"))
    entry, person = registered()["sync.inboxwebhook"], Person(customer_external_id="7")
    with shop_scope(worldly):
        assert [row["topic"] for row in entry.export(person)] == ["resources/update"]
        assert entry.erase(person) == 1
        assert InboxWebhook.objects.count() == 2


def test_one_can_ask_about_things_without_a_webhook_and_for_a_reason_once(worldly, world):
    world.know("7")
    with shop_scope(worldly):
        assert ask_about(ResourceType.CUSTOMER, ["7", "8"], "a reason") == 2
        ask_about(ResourceType.CUSTOMER, ["7", "8"], "a reason")
        assert ask_about(ResourceType.CUSTOMER, [], "none") == 0
        assert InboxWebhook.objects.count() == 2
    work_off(worldly)
    with shop_scope(worldly):
        assert Customer.objects.get().external_id == "7"
        assert Customer.objects.get().source_at >= START
