"""What webhooks lost is found again, by what changed and by what there is at all."""

import random
from datetime import UTC, datetime, timedelta
from itertools import cycle
from types import SimpleNamespace

import pytest

from shopconnect.connectors.base import Deleted, ResourceType
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Order
from shopconnect.privacy.retention import forget_persons
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.sync import reconcile, tasks, watermarks
from shopconnect.sync.inbox import receive_webhook
from shopconnect.sync.models import SweptPage, Watermark
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
from tests.shopconnect.sync.world import PAGE, START, tokens
from tests.shopconnect.sync.worlds import is_same, tell, titles, touched, waiting, work_off

PRODUCTS = 1
SLOT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def watched(worldly):
    """The shop, all of whose resources are followed from the beginning."""
    with shop_scope(worldly):
        for resource in reconcile.RESOURCES.values():
            watermarks.watch_from(resource, START)
    return worldly


def newest(shop_id, resource=ResourceType.PRODUCT):
    with shop_scope(shop_id):
        return Watermark.objects.get(resource=resource).newest


def due(shop_id, kind):
    return list(
        Due.objects.filter(shop_id=shop_id, kind=kind).order_by("subject_id").values_list("subject_id", flat=True)
    )


def begin_anew(world):
    world.asked.clear()


def test_pages_are_followed_and_how_far_is_the_platforms_own_time(watched, world):
    for number in range(PAGE * 2 + 5):
        world.sell(str(number))
    last = max(one.updated_at for one in world.resources[ResourceType.PRODUCT].values())
    reconcile.reconcile(watched, PRODUCTS)
    assert is_same(watched, world)
    assert newest(watched) == last < now() - timedelta(days=1)
    begin_anew(world)
    reconcile.reconcile(watched, PRODUCTS)
    assert len(world.asked) == 3  # what lies within the overlap is looked at again


def test_what_is_long_done_is_not_asked_for_again(watched, world):
    for number in range(PAGE):
        world.sell(str(number))
    for _ in range(int(watermarks.OVERLAP.total_seconds())):
        world.tick()
    world.sell("last")
    reconcile.reconcile(watched, PRODUCTS)
    begin_anew(world)
    reconcile.reconcile(watched, PRODUCTS)
    assert [about for _, _, about in world.asked] == [("",)]


def test_a_slice_that_ends_goes_on_where_it_was(watched, world, monkeypatch):
    moments = cycle([0, 1, 99])  # when it begins, before the first page, before the second
    monkeypatch.setattr(reconcile, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    for number in range(PAGE * 3):
        world.sell(str(number))
    reconcile.reconcile(watched, PRODUCTS)
    assert len(world.asked) == 1
    assert due(watched, "reconcile") == [PRODUCTS]
    for _ in range(2):
        reconcile.reconcile(watched, PRODUCTS)
    assert [about for _, _, about in world.asked] == [("",), (str(PAGE),), (str(PAGE * 2),)]
    assert is_same(watched, world)


def test_a_place_to_go_on_that_is_refused_begins_anew(watched, world):
    for number in range(PAGE * 2):
        world.sell(str(number))

    def refuse():
        world.meanwhile = lambda: None
        world.failures += [ConnectorError("shopify", 400, permanent=True)] * 2  # its ids are not to be had either

    world.meanwhile = refuse
    with pytest.raises(ConnectorError):
        reconcile.reconcile(watched, PRODUCTS)
    reconcile.reconcile(watched, PRODUCTS)
    assert is_same(watched, world)


def test_a_platform_that_is_away_leaves_the_place(watched, world):
    for number in range(PAGE * 2):
        world.sell(str(number))
    away = [ConnectorError("shopify", 503, permanent=False)] * 2
    world.meanwhile = lambda: world.failures.extend(away)
    with pytest.raises(ConnectorError):
        reconcile.reconcile(watched, PRODUCTS)
    world.meanwhile = lambda: None
    begin_anew(world)
    reconcile.reconcile(watched, PRODUCTS)
    assert [about for _, _, about in world.asked] == [(str(PAGE),)]
    assert is_same(watched, world)


def test_what_is_not_brought_in_yet_is_not_followed(worldly, world):
    world.sell("1")
    ask_reconciling(SLOT)
    ask_sweeps(SLOT)
    work_off(worldly, "reconcile_shop", "sweep_shop")
    assert (due(worldly, "reconcile"), due(worldly, "sweep_ids")) == ([], [])
    reconcile.reconcile(worldly, PRODUCTS)
    assert world.asked == []


def test_a_shop_that_leaves_is_followed_no_more_and_a_parked_one_waits(watched, world):
    world.sell("1")
    with shop_scope(watched):
        Install.objects.update(needs_sign_in_at=now())
    reconcile.reconcile(watched, PRODUCTS)
    reconcile.sweep_ids(watched, PRODUCTS)
    assert (world.asked, titles(watched)) == ([], {})
    installs.install_shop(world.name, "world", tokens(), world.shop)
    reconcile.reconcile(watched, PRODUCTS)
    assert titles(watched) == {"1": "Thing"}
    reconcile.sweep_ids(watched, PRODUCTS)
    installs.uninstall_shop(watched, now())
    with shop_scope(watched):
        assert not Watermark.objects.exists()
        assert not SweptPage.objects.exists()


def test_shops_are_spread_over_the_quarter_and_the_night_and_asked_once(world, db):
    shops = [installs.install_shop(world.name, f"shop-{number}", tokens(), world.shop) for number in range(12)]
    for shop_id in shops:
        with shop_scope(shop_id):
            watermarks.watch_from(ResourceType.PRODUCT, START)
    ask_reconciling(SLOT)
    ask_sweeps(SLOT)
    for kind, within in (("reconcile_shop", reconcile.QUARTER), ("sweep_shop", reconcile.NIGHT)):
        times = list(Due.objects.filter(kind=kind).values_list("due_at", flat=True))
        assert len(times) == 12
        assert all(SLOT <= at < SLOT + within for at in times)
        assert len(set(times)) == 12
    ask_reconciling(SLOT + reconcile.QUARTER)
    assert Due.objects.filter(kind="reconcile_shop").count() == 12


def test_one_statement_asks_for_all_shops_however_many(world, db, django_assert_num_queries):
    for number in range(3):
        installs.install_shop(world.name, f"shop-{number}", tokens(), world.shop)
    with django_assert_num_queries(2):  # which shops there are, and what each has to do
        ask_reconciling(SLOT)
    assert Due.objects.filter(kind="reconcile_shop").count() == 3


def test_the_timetable_asks(watched):
    tasks.quarter()
    tasks.night()
    work_off(watched, "reconcile_shop", "sweep_shop")
    assert (due(watched, "reconcile"), due(watched, "sweep_ids")) == ([1, 2, 3], [1, 2, 3])


def test_webhooks_that_were_left_are_asked_for_by_the_quarter(watched, world):
    world.sell("1")
    tell(world, touched("1"))
    Due.objects.all().delete()
    ask_reconciling(SLOT)
    work_off(watched, "reconcile_shop")
    assert due(watched, "hooks") == [0]


# The sweep


def test_what_a_sweep_lacks_is_asked_for(watched, world):
    for number in range(PAGE + 5):
        world.sell(str(number))
        world.know(str(number))
        world.take_order(str(number))
    ask_sweeps(SLOT)
    work_off(watched)
    assert is_same(watched, world)
    with shop_scope(watched):
        assert not SweptPage.objects.exists()
    assert [about for what, _, about in world.asked if what == "fetch"] != []


def test_a_sweep_finds_what_was_lost_and_what_is_gone(watched, world):
    for number in range(PAGE * 2):
        world.sell(str(number))
        world.know(str(number))
        world.take_order(str(number))
    ask_sweeps(SLOT)
    work_off(watched)
    for resource in reconcile.RESOURCES.values():
        world.drop(resource, "3")
        world.drop(resource, "30")
    world.sell("new")
    world.know("new")
    world.take_order("new")
    begin_anew(world)
    ask_sweeps(SLOT)
    work_off(watched)
    assert is_same(watched, world)
    asked = [set(about) for what, _, about in world.asked if what == "fetch"]
    assert asked == [{"3", "30", "new"}] * 3


@pytest.mark.parametrize("resource", reconcile.RESOURCES.values())
def test_an_empty_list_deletes_nothing(watched, world, resource):
    world.sell("1")
    world.know("1")
    world.take_order("1")
    tell(world, touched("1"), touched("1", ResourceType.CUSTOMER), touched("1", ResourceType.ORDER))
    work_off(watched)
    kept = dict(world.resources[resource])
    world.resources[resource].clear()
    ask_sweeps(SLOT)
    work_off(watched)
    world.resources[resource] |= kept
    assert is_same(watched, world)


def test_a_list_that_fails_in_the_middle_deletes_nothing_and_goes_on_later(watched, world):
    for number in range(PAGE * 2):
        world.sell(str(number))
        tell(world, touched(str(number)))
    work_off(watched)
    world.failures = []
    list_ids = world.list_ids

    def list_and_fail(*args):
        listed = list_ids(*args)
        world.failures.append(ConnectorError("shopify", 502, permanent=False))
        return listed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "list_ids", list_and_fail)
        with pytest.raises(ConnectorError):
            reconcile.sweep_ids(watched, PRODUCTS)
    assert is_same(watched, world)
    assert waiting(watched) == 0
    begin_anew(world)
    reconcile.sweep_ids(watched, PRODUCTS)
    assert world.asked == [("list_ids", ResourceType.PRODUCT, (str(PAGE),))]
    assert (waiting(watched), is_same(watched, world)) == (0, True)


def test_a_sweep_that_stood_still_for_a_night_begins_anew(watched, world):
    for number in range(PAGE * 2):
        world.sell(str(number))
    with shop_scope(watched):
        SweptPage.objects.create(
            resource=ResourceType.PRODUCT,
            number=0,
            ids=["old"],
            next_cursor=str(PAGE),
            began_at=now() - timedelta(days=1),
        )
    reconcile.sweep_ids(watched, PRODUCTS)
    assert [about for _, _, about in world.asked] == [("",), (str(PAGE),)]
    work_off(watched)
    assert is_same(watched, world)


def test_what_is_listed_late_is_asked_for_and_stays(watched, world):
    """A list may lag: what it lacks is deleted only where the platform does not know it when asked."""
    world.sell("1")
    world.sell("2")
    tell(world, touched("1"), touched("2"))
    work_off(watched)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world), "list_ids", lambda self, resource, cursor="": reconcile.Listing(("1",)))
        reconcile.sweep_ids(watched, PRODUCTS)
    assert waiting(watched) == 1
    work_off(watched)
    assert is_same(watched, world)


def test_old_orders_that_are_not_listed_are_kept_and_cancelled_ones_are_not_asked_for(watched, world):
    world.take_order("old", placed_at=now() - timedelta(days=80))
    world.take_order("cancelled", cancelled_at=now())
    world.take_order("new")
    tell(world, *(touched(one, ResourceType.ORDER) for one in world.resources[ResourceType.ORDER]))
    work_off(watched)
    world.drop(ResourceType.ORDER, "old")
    begin_anew(world)
    reconcile.sweep_ids(watched, 3)
    work_off(watched)
    assert [what for what, *_ in world.asked] == ["list_ids"]
    with shop_scope(watched):
        assert Order.objects.get(external_id="old").cancelled_at is None


def test_a_product_that_came_back_is_found_by_the_sweep(watched, world):
    world.sell("1")
    world.sell("2")
    tell(world, touched("1"), touched("2"))
    work_off(watched)
    tell(world, Deleted(resource=ResourceType.PRODUCT, external_id="1"))
    work_off(watched)
    assert set(titles(watched)) == {"2"}
    world.sell("1", "Back")
    ask_sweeps(SLOT)
    work_off(watched)
    assert is_same(watched, world)


def test_the_pages_of_a_sweep_that_name_a_person_go_with_the_person(watched):
    with shop_scope(watched):
        SweptPage.objects.create(resource=ResourceType.CUSTOMER, number=0, ids=["7"], began_at=now())
        SweptPage.objects.create(resource=ResourceType.PRODUCT, number=0, ids=["7"], began_at=now())
        entry = registered()["sync.sweptpage"]
        assert len(list(entry.export(Person(customer_external_id="7")))) == 1
        assert entry.erase(Person(customer_external_id="7")) == 1
        assert SweptPage.objects.get().resource == ResourceType.PRODUCT


def test_the_pages_of_a_sweep_that_never_ended_are_forgotten_after_a_day(watched):
    with shop_scope(watched):
        for number, hours in enumerate([25, 23]):
            SweptPage.objects.create(
                resource=ResourceType.CUSTOMER, number=number, ids=["7"], began_at=now() - timedelta(hours=hours)
            )
    assert forget_persons(watched) == 1
    with shop_scope(watched):
        assert SweptPage.objects.get().number == 1


# The whole


def test_lost_doubled_and_shuffled_webhooks_are_repaired(watched, world):
    """1 in 20 lost, 1 in 5 twice, in any order: afterwards our tables hold what the platform does."""
    dice, webhooks = random.Random(3), []
    for _ in range(400):
        resource = dice.choice(list(reconcile.RESOURCES.values()))
        external_id = str(dice.randrange(60))
        if external_id in world.resources[resource] and dice.random() < 0.1:
            world.drop(resource, external_id)
            webhook = world.webhook(Deleted(resource=resource, external_id=external_id))
        else:
            if resource is ResourceType.PRODUCT:
                world.sell(external_id, f"Thing {dice.random()}")
            elif resource is ResourceType.CUSTOMER:
                world.know(external_id, dice.choice(["FR", "BE", "CH"]))
            else:
                world.take_order(external_id, quantity=dice.randrange(1, 9))
            webhook = world.webhook(touched(external_id, resource))
        webhooks += [webhook] * (2 if dice.random() < 0.2 else 1) if dice.random() >= 0.05 else []
    dice.shuffle(webhooks)
    for number, webhook in enumerate(webhooks):
        receive_webhook(world, webhook)
        if number % 40 == 0:
            work_off(watched, "hooks")
    work_off(watched, "hooks")
    ask_reconciling(SLOT)
    ask_sweeps(SLOT)
    work_off(watched)
    assert is_same(watched, world)
    assert waiting(watched) == 0
