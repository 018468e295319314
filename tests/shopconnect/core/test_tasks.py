"""Rows are the truth: work is leased, tried again, parked, done again when asked again, and fairly shared."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection, transaction

from shopconnect.core.clock import now
from shopconnect.core.jobs import broker, timetable
from shopconnect.core.jobs import work as tasks
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import MOST_ATTEMPTS, PARKED, SWEEP_SECONDS, add_due, lease, postpone, run_due, sweep
from shopconnect.core.models import Due, Slot
from shopconnect.core.tenancy.context import NoShop
from shopconnect.core.tenancy.scope import shop_scope
from tests.waiting import PATIENCE_SECONDS, until

done: list[tuple[int, int]] = []
bodies: dict[str, Callable[[int, int], object]] = defaultdict(lambda: note)  # what each kind of work does


def note(shop_id, subject_id):
    done.append((shop_id, subject_id))


for kind, queue in (("probe", Queue.HOOKS), ("other_probe", Queue.HOOKS), ("slow_probe", Queue.LEARN)):
    tasks.work(kind=kind, queue=queue)(lambda shop_id, subject_id, kind=kind: bodies[kind](shop_id, subject_id))


@pytest.fixture(autouse=True)
def _usual_bodies():
    done.clear()
    bodies.clear()


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    sent = []
    monkeypatch.setattr(broker, "wake", lambda task, shop_id, throttled=True: sent.append((task.name, shop_id)))
    return sent


def ask(shop_id, kind="probe", subject_id=1, at=None):
    with shop_scope(shop_id):
        add_due(kind, subject_id, at)


def replace_body(body, kind="probe"):
    bodies[kind] = body


def fail(shop_id, subject_id):
    raise ValueError("no")


def test_what_is_asked_for_ahead_is_left_to_the_sweep_and_what_is_postponed_begins_in_time(shop, woken, monkeypatch):
    later = []
    monkeypatch.setattr(
        broker, "wake_later", lambda task, shop_id, seconds: later.append((task.name, shop_id, seconds))
    )
    ask(shop, at=now() + timedelta(seconds=1))
    assert (woken, later) == ([], [])
    with shop_scope(shop):
        postpone("probe", 1, 2.0)
        postpone("probe", 1, SWEEP_SECONDS)
    assert (woken, later) == ([], [("work.probe", shop, 2.0)])


def test_work_is_asked_for_in_a_scope_only(db):
    with pytest.raises(NoShop):
        add_due("probe", 1)
    assert not Due.objects.exists()


def test_work_asked_for_is_done_and_forgotten(shop, woken):
    ask(shop)
    assert woken == [("work.probe", shop)]
    run_due(shop, "probe")
    assert done == [(shop, 1)]
    assert not Due.objects.exists()


def test_work_asked_for_twice_before_it_runs_is_done_once(shop):
    ask(shop)
    ask(shop)
    run_due(shop, "probe")
    assert done == [(shop, 1)]


def test_work_of_a_failed_transaction_is_never_asked_for(shop):
    with pytest.raises(ZeroDivisionError), shop_scope(shop):  # noqa: PT012
        add_due("probe", 1)
        raise ZeroDivisionError
    assert not Due.objects.exists()


def test_work_asked_for_again_while_it_runs_is_done_again_at_the_end_of_the_queue(shop, woken):
    def body(shop_id, subject_id):
        done.append((shop_id, subject_id))
        if len(done) == 1:
            ask(shop)

    replace_body(body)
    ask(shop)
    ask(shop, subject_id=2)
    woken.clear()
    run_due(shop, "probe")
    assert done == [(shop, 1), (shop, 2)]
    assert woken == [("work.probe", shop), ("work.probe", shop)]  # by the asking, and by the turn's end
    run_due(shop, "probe")
    assert done == [(shop, 1), (shop, 2), (shop, 1)]
    assert not Due.objects.exists()


@pytest.mark.parametrize(("hours", "at"), [([1, 2], 1), ([2, 1], 1), ([1, 0], 0), ([0, 1], 0)])
def test_work_that_asks_for_itself_again_is_done_at_the_earliest_time_it_named(shop, hours, at):
    moment = now()

    def body(shop_id, subject_id):
        for later in hours:
            ask(shop, at=moment + timedelta(hours=later))

    replace_body(body)
    ask(shop, at=moment - timedelta(hours=1))
    run_due(shop, "probe")
    assert Due.objects.get().due_at == moment + timedelta(hours=at)


def test_later_work_waits_for_its_time(shop, woken):
    ask(shop, at=now() + timedelta(hours=1))
    run_due(shop, "probe")
    assert (done, woken) == ([], [])
    Due.objects.update(due_at=now())
    sweep()
    assert woken == [("work.probe", shop)]


def test_the_sweep_begins_with_what_waits_longest(shop, other_shop, woken, monkeypatch):
    monkeypatch.setattr(tasks, "WOKEN_A_SWEEP", 2)
    waits = [(other_shop, "probe", 10), (shop, "probe", 30), (shop, "other_probe", 40), (other_shop, "other_probe", 20)]
    for shop_id, kind, minutes in waits:
        ask(shop_id, kind, subject_id=1)
        ask(shop_id, kind, subject_id=2, at=now() - timedelta(minutes=minutes))
    woken.clear()
    sweep()
    assert woken == [("work.other_probe", shop), ("work.probe", shop)]
    Due.objects.filter(shop_id=shop).delete()
    woken.clear()
    sweep()
    assert woken == [("work.other_probe", other_shop), ("work.probe", other_shop)]


def test_asking_for_now_brings_later_work_forward(shop):
    ask(shop, at=now() + timedelta(hours=1))
    ask(shop)
    run_due(shop, "probe")
    assert done == [(shop, 1)]


def test_a_leased_row_is_in_one_pair_of_hands(shop):
    ask(shop)
    assert len(lease(shop, "probe")) == 1
    assert lease(shop, "probe") == []


def test_a_lease_is_over_soon_after_its_worker_died(shop, woken):
    ask(shop, kind="slow_probe")
    [row] = lease(shop, "slow_probe")
    assert timedelta(seconds=60) < row.lease_until - now() <= timedelta(seconds=90)
    woken.clear()
    sweep()
    assert woken == []
    Due.objects.update(lease_until=now())
    sweep()
    assert woken == [("work.slow_probe", shop)]
    run_due(shop, "slow_probe")
    assert done == [(shop, 1)]


def test_who_lost_the_lease_leaves_the_row_to_its_new_holder(shop):
    def body(shop_id, subject_id):
        Due.objects.update(lease_until=now() + timedelta(seconds=77))  # another worker took it

    replace_body(body)
    ask(shop)
    run_due(shop, "probe")
    row = Due.objects.get()
    assert row.lease_until > now() + timedelta(seconds=70)


def test_a_failure_is_kept_and_tried_again_after_a_growing_wait(shop):
    replace_body(fail)
    ask(shop)
    waits = []
    for _ in range(3):
        run_due(shop, "probe")
        row = Due.objects.get()
        assert (row.error, row.lease_until, row.parked_at) == ("ValueError", None, None)
        waits.append(round((row.due_at - now()).total_seconds()))
        Due.objects.update(due_at=now())
    assert waits == [10, 20, 40]


def test_work_that_fails_too_often_is_parked_until_asked_for_again(shop, woken):
    replace_body(fail)
    ask(shop)
    for _ in range(MOST_ATTEMPTS):
        Due.objects.update(due_at=now())
        run_due(shop, "probe")
    assert Due.objects.get().parked_at is not None
    woken.clear()
    Due.objects.update(due_at=now())
    sweep()
    run_due(shop, "probe")
    assert (woken, Due.objects.get().attempts) == ([], MOST_ATTEMPTS)
    ask(shop)
    assert (Due.objects.get().parked_at, Due.objects.get().attempts) == (None, 0)


def test_parked_work_gets_one_try_each_six_hours(shop, woken):
    replace_body(fail)
    ask(shop)
    Due.objects.update(attempts=MOST_ATTEMPTS, parked_at=now() - PARKED)
    woken.clear()
    sweep()
    assert woken == [("work.probe", shop)]
    run_due(shop, "probe")
    assert Due.objects.get().parked_at is not None
    replace_body(lambda *_: None)
    Due.objects.update(parked_at=now() - PARKED, due_at=now())
    sweep()
    run_due(shop, "probe")
    assert not Due.objects.exists()


def test_work_asked_for_again_while_its_last_try_fails_is_not_parked(shop):
    def body(shop_id, subject_id):
        ask(shop)
        raise ValueError("no")

    replace_body(body)
    ask(shop)
    Due.objects.update(attempts=MOST_ATTEMPTS - 1)
    run_due(shop, "probe")
    assert (Due.objects.get().parked_at, Due.objects.get().attempts) == (None, 0)


def test_a_shop_has_its_share_of_a_queue_and_no_more(shop, other_shop):
    for subject_id in range(5):
        ask(shop, subject_id=subject_id)
    ask(shop, kind="other_probe")
    ask(other_shop)
    assert [len(lease(shop, "probe")) for _ in range(3)] == [1, 1, 0]
    assert lease(shop, "other_probe") == []
    assert len(lease(other_shop, "probe")) == 1


def test_a_turn_ends_after_a_few_rows_and_wakes_the_rest(shop, woken):
    for subject_id in range(12):
        ask(shop, subject_id=subject_id)
    ask(shop, kind="other_probe")
    woken.clear()
    run_due(shop, "probe")
    assert len(done) == 10
    assert sorted(woken) == [("work.other_probe", shop), ("work.probe", shop)]


def test_a_turn_without_a_share_wakes_nobody(shop, woken):
    for subject_id in range(3):
        ask(shop, subject_id=subject_id)
    lease(shop, "probe"), lease(shop, "probe")
    woken.clear()
    run_due(shop, "probe")
    assert (done, woken) == ([], [])


def test_a_long_work_keeps_its_lease(transactional_db, shop, monkeypatch):
    monkeypatch.setattr(tasks, "RENEW_SECONDS", 0.02)
    ends = []

    def body(shop_id, subject_id):
        first = Due.objects.get().lease_until
        ends.append(until(lambda: Due.objects.get().lease_until > first))

    replace_body(body)
    ask(shop)
    run_due(shop, "probe")
    assert ends == [True]
    assert not Due.objects.exists()


def test_two_workers_at_once_share_the_rows_between_them(transactional_db, shop):
    for subject_id in range(8):
        ask(shop, subject_id=subject_id)
    met = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def body(shop_id, subject_id):
        done.append((shop_id, subject_id))
        if len(done) <= 2:
            met.wait()  # both are at work at the same moment

    replace_body(body)

    def work():
        run_due(shop, "probe")
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert sorted(done) == [(shop, subject_id) for subject_id in range(8)]
    assert not Due.objects.exists()


def test_a_row_being_asked_for_elsewhere_holds_nobody_up(transactional_db, shop):
    ask(shop)
    asked, leased = threading.Event(), threading.Event()

    def ask_slowly():
        with shop_scope(shop):
            add_due("probe", 1)
            asked.set()
            leased.wait(PATIENCE_SECONDS)
        connection.close()

    asker = threading.Thread(target=ask_slowly)
    asker.start()
    asked.wait(PATIENCE_SECONDS)
    assert lease(shop, "probe") == []  # and it would be had once the other has asked
    leased.set()
    asker.join()
    assert len(lease(shop, "probe")) == 1


def test_a_slot_of_the_timetable_is_taken_once(db):
    assert timetable.take_slot("learn", 3600) is not None
    assert timetable.take_slot("learn", 3600) is None
    assert timetable.take_slot("other", 3600) is not None


def test_the_beat_leaves_its_mark(db):
    assert timetable.last_beat() is None
    timetable.minute()
    timetable.minute()
    assert now() - timetable.last_beat() < timedelta(seconds=61)
    assert Slot.objects.count() == 1


def test_the_sweep_drops_old_slots(db):
    Slot.objects.create(entry="minute", slot=now() - timedelta(days=3))
    timetable.minute()
    sweep()
    assert Slot.objects.count() == 1


def test_what_waits_and_what_is_parked_is_counted(shop):
    ask(shop)
    ask(shop, subject_id=2)
    ask(shop, kind="other_probe")
    Due.objects.filter(subject_id=2).update(parked_at=now())
    assert tasks.count_due() == {"waiting": {"probe": 1, "other_probe": 1}, "parked": {"probe": 1}}


def test_a_kind_that_no_code_knows_is_left_alone(shop, woken):
    Due.objects.create(shop_id=shop, kind="gone", subject_id=1, due_at=now())
    sweep()
    assert woken == []
    assert Due.objects.count() == 1


def test_the_wake_of_a_scope_is_sent_after_its_commit(transactional_db, shop, monkeypatch):
    monkeypatch.undo()
    order = []
    monkeypatch.setattr(Celery, "send_task", lambda *_, **__: order.append("sent"))
    with shop_scope(shop), transaction.atomic():
        broker.wake(timetable.minute, shop)
        order.append("in")
    assert order == ["in", "sent"]


def test_what_is_done_here_needs_no_worker_unless_it_was_asked_again_meanwhile(shop):
    ask(shop)
    with tasks.done_here(shop, "probe", 1):
        pass
    assert not Due.objects.exists()
    ask(shop)
    with tasks.done_here(shop, "probe", 1):
        ask(shop)
    assert Due.objects.get().asked == 2
    with pytest.raises(ZeroDivisionError), tasks.done_here(shop, "probe", 1):
        raise ZeroDivisionError
    assert Due.objects.exists()
