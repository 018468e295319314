"""Webhooks that fail, and workers that die: others go on, and nothing is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from shopconnect.connectors.base import Deleted, Fetched, ResourceType, Uninstalled
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.pace import Pace, current_pace
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.sync import inbox
from shopconnect.sync.inbox import apply_webhooks, receive_webhook
from shopconnect.sync.models import InboxWebhook
from tests.shopconnect.sync.world import tokens
from tests.shopconnect.sync.worlds import is_same, tell, titles, touched, waiting, work_off
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("nobody_is_woken")


def test_a_platform_that_is_away_loses_no_webhook_however_often_it_is_tried(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    for _ in range(inbox.MOST_ATTEMPTS + 3):
        world.failures += [ConnectorError("shopify", 503, permanent=False) for _ in range(2)]
        with pytest.raises(ConnectorError):
            apply_webhooks(worldly)
    apply_webhooks(worldly)
    assert titles(worldly) == {"1": "Thing"}


def test_where_the_platform_rations_its_answers_the_work_is_due_again_then_and_has_not_failed(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    world.failures.append(ConnectorError("shopify", 429, permanent=False, retry_after=20))
    began = now()
    run_due(worldly, inbox.APPLY_WEBHOOKS)
    row = Due.objects.get(shop_id=worldly, kind=inbox.APPLY_WEBHOOKS)
    assert (row.error, row.attempts, row.lease_until, row.parked_at) == ("", 0, None, None)
    assert timedelta(seconds=20) <= row.due_at - began < timedelta(seconds=20) + (now() - began)
    work_off(worldly)
    assert titles(worldly) == {"1": "Thing"}


def test_nobody_sleeps_who_others_wait_behind(worldly, world, monkeypatch):
    paces = []
    monkeypatch.setattr(world, "fetch", lambda resource, ids: paces.append(current_pace()) or Fetched(()))
    tell(world, touched("1"))
    run_due(worldly, inbox.APPLY_WEBHOOKS)
    assert paces == [Pace.PROMPT]


def test_a_question_that_is_refused_holds_up_no_other(worldly, world):
    for number in range(50):
        world.sell(str(number))
        tell(world, touched(str(number)))
    world.bad = {"3", "30"}
    work_off(worldly)
    assert set(titles(worldly)) == {str(number) for number in range(50)} - world.bad
    with shop_scope(worldly):
        left = InboxWebhook.objects.filter(handled_at=None)
        assert {one["external_id"] for webhook in left for one in webhook.notices} == world.bad
        assert {webhook.attempts for webhook in left} == {inbox.MOST_ATTEMPTS}


def test_a_thing_that_is_never_answered_holds_up_no_other_and_waits_alone(worldly, world):
    for number in range(50):
        world.sell(str(number))
        tell(world, touched(str(number)))
    world.silent = {"3", "30"}
    work_off(worldly, "hooks")
    assert set(titles(worldly)) == {str(number) for number in range(50)} - world.silent
    assert Due.objects.filter(shop_id=worldly, kind=inbox.APPLY_WEBHOOK).count() == 2
    work_off(worldly, inbox.APPLY_WEBHOOK)
    assert set(Due.objects.filter(shop_id=worldly).exclude(parked_at=None).values_list("kind", "error")) == {
        (inbox.APPLY_WEBHOOK, "ConnectorError")
    }
    world.silent.clear()
    Due.objects.update(parked_at=None, attempts=0)
    work_off(worldly, inbox.APPLY_WEBHOOK)
    assert (is_same(worldly, world), waiting(worldly)) == (True, 0)


def test_of_several_webhooks_about_one_thing_that_is_never_answered_none_is_given_up(worldly, world):
    world.sell("1")
    for _ in range(3):
        tell(world, touched("1"))
    world.silent = {"1"}
    work_off(worldly, "hooks")
    world.silent.clear()
    work_off(worldly, inbox.APPLY_WEBHOOK)
    assert (titles(worldly), waiting(worldly)) == ({"1": "Thing"}, 0)


def test_a_worker_that_runs_out_of_time_while_the_platform_hangs_counts_no_try(worldly, world, monkeypatch):
    class OutOfTime(BaseException):
        pass

    def hang(self):
        raise OutOfTime

    world.sell("1")
    tell(world, touched("1"))
    monkeypatch.setattr(type(world), "read_shop", hang)
    for _ in range(inbox.MOST_ATTEMPTS + 1):
        world.failures.append(ConnectorError("shopify", None, permanent=False))
        with pytest.raises(OutOfTime):
            apply_webhooks(worldly)
    apply_webhooks(worldly)
    assert (titles(worldly), waiting(worldly)) == ({"1": "Thing"}, 0)


def test_a_webhook_that_was_set_aside_is_followed_once(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    world.silent = {"1"}
    apply_webhooks(worldly)
    world.silent.clear()
    hook_id = Due.objects.get(shop_id=worldly, kind=inbox.APPLY_WEBHOOK).subject_id
    for _ in range(2):
        inbox.apply_webhook_alone(worldly, hook_id)
    assert (titles(worldly), waiting(worldly)) == ({"1": "Thing"}, 0)
    assert [what for what, *_ in world.asked] == ["fetch", "read_shop", "fetch"]


def test_a_webhook_set_aside_waits_with_the_others_while_its_shop_is_parked(worldly, world):
    world.sell("1")
    tell(world, touched("1"))
    world.silent = {"1"}
    apply_webhooks(worldly)
    world.silent.clear()
    with shop_scope(worldly):
        Install.objects.update(needs_sign_in_at=now())
    work_off(worldly, inbox.APPLY_WEBHOOK)
    Due.objects.all().delete()
    installs.install_shop(world.name, "world", tokens(), world.shop)
    work_off(worldly, "hooks")
    assert (titles(worldly), waiting(worldly)) == ({"1": "Thing"}, 0)


def test_a_thing_that_cannot_be_stored_holds_up_no_other_and_fails_alone(worldly, world):
    for number in range(30):
        world.sell(str(number))
        tell(world, touched(str(number)))
    world.broken["4"] = type(world.resources[ResourceType.PRODUCT]["4"])(
        external_id="4", title="\0", price=1, currency="EUR"
    )
    work_off(worldly)
    assert set(titles(worldly)) == {str(number) for number in range(30)} - {"4"}
    assert waiting(worldly) == 1
    world.broken.clear()
    world.sell("4", "Mended")
    tell(world, touched("4"))
    work_off(worldly)
    assert titles(worldly)["4"] == "Mended"


def test_what_nobody_else_looks_after_is_never_given_up(worldly, world, monkeypatch, offer):
    monkeypatch.setattr(inbox.installs, "uninstall_shop", lambda *_: 1 / 0)
    receive_webhook(world, world.webhook(Uninstalled(), at=now()))
    for _ in range(inbox.MOST_ATTEMPTS + 2):
        with pytest.raises(ZeroDivisionError):
            apply_webhooks(worldly)
    world.sell("1")
    tell(world, Deleted(resource=ResourceType.PRODUCT, external_id="2"))
    tell(world, touched("1"))
    with pytest.raises(ZeroDivisionError):
        apply_webhooks(worldly)
    assert (waiting(worldly), titles(worldly)) == (1, {"1": "Thing"})
    monkeypatch.undo()
    offer(world)
    work_off(worldly, "hooks")
    assert (waiting(worldly), installs.is_installed(worldly)) == (0, False)


def test_what_comes_after_a_failure_is_done_first(worldly, world):
    world.sell("1")
    world.bad = {"1"}
    tell(world, touched("1"))
    apply_webhooks(worldly)
    world.asked.clear()
    world.sell("2")
    tell(world, touched("2"))
    apply_webhooks(worldly)
    assert titles(worldly) == {"2": "Thing"}


def test_a_worker_that_dies_between_question_and_storing_loses_nothing(worldly, world):
    class Killed(BaseException):
        pass

    def die():
        world.meanwhile = lambda: None
        raise Killed

    world.sell("1")
    tell(world, touched("1"))
    world.meanwhile = die
    with pytest.raises(Killed):
        apply_webhooks(worldly)
    assert (titles(worldly), waiting(worldly)) == ({}, 1)
    apply_webhooks(worldly)
    assert (titles(worldly), waiting(worldly)) == ({"1": "Thing"}, 0)


def test_storing_and_being_done_are_one(worldly, world):
    world.sell("1")
    tell(world, touched("1"))

    def fail_to_end(execute, sql, params, many, context):
        return 1 / 0 if '"handled_at" = ' in sql and sql.startswith("UPDATE") else execute(sql, params, many, context)

    with connection.execute_wrapper(fail_to_end), pytest.raises(ZeroDivisionError):
        apply_webhooks(worldly)
    assert (titles(worldly), waiting(worldly)) == ({}, 1)


def test_two_workers_at_once_leave_the_newest(transactional_db, world, worldly):
    for number in range(40):
        world.sell(str(number), "old")
        tell(world, touched(str(number)))
    slow, go_on = threading.Event(), threading.Event()

    def wait():
        world.meanwhile = lambda: None
        slow.set()
        assert go_on.wait(PATIENCE_SECONDS)

    world.meanwhile = wait

    def work():
        apply_webhooks(worldly)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert slow.wait(PATIENCE_SECONDS)
    for number in range(40):
        world.sell(str(number), "new")
        tell(world, touched(str(number)))
    second = threading.Thread(target=work)
    second.start()
    second.join(PATIENCE_SECONDS)
    go_on.set()
    first.join(PATIENCE_SECONDS)
    work_off(worldly)
    assert is_same(worldly, world)
    assert waiting(worldly) == 0
