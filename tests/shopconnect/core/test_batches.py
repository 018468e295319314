"""Rows of little work are leased in batches: one lease and one place of the share, and each row still by itself."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection

from shopconnect.core.clock import now
from shopconnect.core.jobs import broker
from shopconnect.core.jobs import work as jobs
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import MOST_ATTEMPTS, add_due, lease, run_due, sweep
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from tests.servers import ROOT
from tests.waiting import PATIENCE_SECONDS, until

BATCH = 12
done: list[int] = []
bodies = {}


def note(shop_id, subject_id):
    done.append(subject_id)


jobs.work(kind="mail_probe", queue=Queue.HOOKS, batch=BATCH)(
    lambda shop_id, subject_id: bodies.get("mail_probe", note)(shop_id, subject_id)
)


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    sent = []
    monkeypatch.setattr(broker, "wake", lambda task, shop_id, throttled=True: sent.append((task.name, shop_id)))
    done.clear()
    bodies.clear()
    return sent


class Killed(BaseException):
    """No failure of the work: what ends its worker."""


def ask(shop_id, *subject_ids):
    with shop_scope(shop_id):
        for subject_id in subject_ids:
            add_due("mail_probe", subject_id)


def attempts():
    return dict(Due.objects.order_by("subject_id").values_list("subject_id", "attempts"))


def test_a_batch_is_leased_at_once_and_ends_a_turn(shop, woken):
    ask(shop, *range(20))
    woken.clear()
    run_due(shop, "mail_probe")
    assert done == list(range(BATCH))
    assert woken == [("work.mail_probe", shop)]
    run_due(shop, "mail_probe")
    assert done == list(range(20))
    assert not Due.objects.exists()


def test_a_batch_has_one_end_and_takes_one_place_of_the_share(shop, other_shop):
    ask(shop, *range(40))
    ask(other_shop, 1)
    first, second = lease(shop, "mail_probe", most=BATCH), lease(shop, "mail_probe", most=BATCH)
    assert [len({row.lease_until for row in rows}) for rows in (first, second)] == [1, 1]
    assert [row.subject_id for row in first + second] == list(range(24))
    assert lease(shop, "mail_probe", most=BATCH) == []  # two places are all that a shop has of this queue
    assert len(lease(other_shop, "mail_probe", most=BATCH)) == 1


def test_a_leased_batch_counts_no_attempt(shop):
    ask(shop, 1, 2)
    lease(shop, "mail_probe", most=BATCH)
    assert attempts() == {1: 0, 2: 0}


def test_one_failure_in_a_batch_harms_no_other(shop):
    def body(shop_id, subject_id):
        note(shop_id, subject_id)
        if subject_id == 2:
            raise ValueError("no")

    bodies["mail_probe"] = body
    ask(shop, 1, 2, 3)
    run_due(shop, "mail_probe")
    assert done == [1, 2, 3]
    row = Due.objects.get()
    assert (row.subject_id, row.attempts, row.error, row.lease_until) == (2, 1, "ValueError", None)


def test_what_failed_before_is_leased_alone(shop):
    ask(shop, 1, 2, 3, 4)
    Due.objects.filter(subject_id=1).update(attempts=1, due_at=now() - timedelta(minutes=1))
    Due.objects.filter(subject_id=3).update(attempts=1)
    assert [row.subject_id for row in lease(shop, "mail_probe", most=BATCH)] == [1]
    assert [row.subject_id for row in lease(shop, "mail_probe", most=BATCH)] == [2, 4]


def test_what_a_turn_did_not_come_to_is_given_back_at_once_with_no_attempt_counted(shop, woken, monkeypatch):
    def body(shop_id, subject_id):
        note(shop_id, subject_id)
        monkeypatch.setattr(jobs.time, "monotonic", lambda: float("inf"))

    bodies["mail_probe"] = body
    ask(shop, 1, 2, 3)
    woken.clear()
    run_due(shop, "mail_probe")
    assert done == [1]
    assert list(Due.objects.order_by("subject_id").values_list("subject_id", "lease_until", "attempts")) == [
        (2, None, 0),
        (3, None, 0),
    ]
    assert woken == [("work.mail_probe", shop)]


def test_what_is_asked_for_while_it_waits_in_a_batch_is_done_once(shop):
    def body(shop_id, subject_id):
        note(shop_id, subject_id)
        if subject_id == 1:
            ask(shop, 2)

    bodies["mail_probe"] = body
    ask(shop, 1, 2)
    run_due(shop, "mail_probe")
    assert done == [1, 2]
    assert not Due.objects.exists()


def test_what_is_asked_for_again_after_its_turn_in_a_batch_is_done_again(shop):
    def body(shop_id, subject_id):
        note(shop_id, subject_id)
        if subject_id == 2 and len(done) == 2:
            ask(shop, 1, 2)

    bodies["mail_probe"] = body
    ask(shop, 1, 2)
    run_due(shop, "mail_probe")
    run_due(shop, "mail_probe")
    assert done == [1, 2, 1, 2]
    assert not Due.objects.exists()


def test_who_lost_a_row_of_a_batch_leaves_it_to_its_new_holder(shop):
    def body(shop_id, subject_id):
        note(shop_id, subject_id)
        Due.objects.filter(subject_id=2).update(lease_until=now() + timedelta(seconds=77))  # another worker took it

    bodies["mail_probe"] = body
    ask(shop, 1, 2, 3)
    run_due(shop, "mail_probe")
    assert done == [1, 3]
    assert Due.objects.get().subject_id == 2
    assert Due.objects.get().lease_until > now() + timedelta(seconds=70)


def test_all_rows_of_a_batch_keep_their_lease_while_one_is_worked_on(transactional_db, shop, monkeypatch):
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.02)

    def ends():
        return list(Due.objects.values_list("lease_until", flat=True).distinct())

    def body(shop_id, subject_id):
        [first] = ends()
        renewed = until(lambda: ends() != [first])
        assert renewed
        assert len(ends()) == 1
        note(shop_id, subject_id)

    bodies["mail_probe"] = body
    ask(shop, 1, 2, 3)
    run_due(shop, "mail_probe")
    assert done == [1, 2, 3]
    assert not Due.objects.exists()


def test_who_asks_for_rows_of_a_batch_and_who_renews_them_never_wait_for_each_other(
    transactional_db, shop, monkeypatch
):
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.001)
    met, failures = threading.Event(), []

    def ask_over_and_over():
        try:
            for _ in range(60):
                ask(shop, 1, 2, 3, 4, 5)
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            met.set()
            connection.close()

    bodies["mail_probe"] = lambda shop_id, subject_id: met.wait(PATIENCE_SECONDS)
    ask(shop, 5, 4, 3, 2, 1)
    asker = threading.Thread(target=ask_over_and_over)
    asker.start()
    run_due(shop, "mail_probe")
    asker.join()
    assert failures == []


DYING = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.work import run_due, work

def body(shop_id, subject_id):
    if subject_id == 2:
        os.kill(os.getpid(), signal.SIGKILL)

work(kind="mail_probe", queue=Queue.HOOKS, batch=12)(body)
run_due(int(sys.argv[1]), "mail_probe")
"""


def test_a_killed_workers_batch_is_soon_taken_again_and_only_the_row_in_hand_is_blamed(transactional_db, shop, woken):
    ask(shop, 1, 2, 3, 4)
    worker = subprocess.run([sys.executable, "-c", DYING, str(shop)], cwd=ROOT, env=os.environ, check=False)
    assert worker.returncode == -signal.SIGKILL
    assert attempts() == {2: 1, 3: 0, 4: 0}
    soon = now() + timedelta(seconds=90)
    assert all(row.lease_until <= soon for row in Due.objects.all())
    woken.clear()
    Due.objects.update(lease_until=now())  # the lease is over
    sweep()
    assert woken == [("work.mail_probe", shop)]
    run_due(shop, "mail_probe")
    assert done == [2, 3, 4]
    assert not Due.objects.exists()


def test_work_that_kills_its_worker_each_time_is_parked_and_the_rest_of_its_batch_is_done(shop, woken):
    def body(shop_id, subject_id):
        if subject_id == 1:
            raise Killed
        note(shop_id, subject_id)

    bodies["mail_probe"] = body
    ask(shop, 1, 2, 3)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            run_due(shop, "mail_probe")
        Due.objects.filter(subject_id=1).update(lease_until=now())
    woken.clear()
    sweep()
    assert woken == [("work.mail_probe", shop)]
    run_due(shop, "mail_probe")
    assert done == [2, 3]
    row = Due.objects.get()
    assert (row.subject_id, row.error, row.parked_at is not None) == (1, "WorkerLost", True)
    woken.clear()
    sweep()
    assert woken == []
