"""Shoppers ask while Redis goes away and workers die: each question gets one answer, and that one stays."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation, Message, Photo
from chatbot.answers.photos.services import take_photo
from chatbot.answers.photos.types import SentPhoto
from chatbot.answers.staff.services import hold_conversation
from chatbot.answers.types import EntrySummary
from chatbot.console.inbox.services import reply_to_shopper, take_conversation
from shopconnect.core import caches
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due, sweep
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.embedded.servers import RedisServer, start_redis
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from tests.chatbot.answers.photographs import as_base64, photograph
from tests.chatbot.answers.test_widget import busy
from tests.chatbot.console.test_hand_over import agent
from tests.makers import make_shop
from tests.servers import start_worker
from tests.waiting import PATIENCE_SECONDS, until

KIND = "answer_message"
FAQ = (
    EntrySummary("delivery", "en", "How long does delivery take?", "Three days.", ("When will my order arrive?",)),
    EntrySummary("returns", "en", "How do I return an item?", "Within 30 days.", ("I want to send it back",)),
)


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[RedisServer]:
    """A Redis that a test may stop, in place of the one that all tests share."""
    folder = Path(tempfile.mkdtemp(prefix="sc-story-"))
    folder.chmod(0o755)
    server = start_redis(folder / "redis", lasting=False)
    settings.REDIS_URL = settings.CELERY_BROKER_URL = server.url(0)
    monkeypatch.setenv("REDIS_URL", server.url(0))
    caches.reset_all()
    yield server
    server.stop()
    monkeypatch.undo()
    caches.reset_all()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shop(transactional_db: None) -> ShopId:
    """A committed shop with two answers."""
    shop_id = make_shop("front")
    with shop_scope(shop_id):
        store_entries(FAQ)
    Due.objects.all().delete()  # building the index is another story
    return shop_id


class ChatPage:
    """A shopper's page: it asks, and polls for what it was not told at once."""

    def __init__(self, shop_id: ShopId) -> None:
        self.address = f"/w/{keys_of_shop(shop_id, KeyKind.WIDGET)[0]}"
        self.browser = Client(headers={"origin": "http://localhost"})

    def ask(self, text: str) -> Any:
        """Return the response to a question."""
        return self._post("chat", {"lang": "en", "text": text})

    def poll(self, told: dict[str, str]) -> Any:
        """Return the response to asking again."""
        return self._post("reply", {name: told[name] for name in ("conversation", "exchange")})

    def _post(self, name: str, said: dict[str, str]) -> Any:
        return self.browser.post(f"{self.address}/{name}", said, content_type="application/json")


def asked_while_busy(shopper: ChatPage, text: str) -> dict[str, str]:
    """Ask where the process answers as many as it may, so that a worker is to; returns what the page is told."""
    with busy():
        told = shopper.ask(text)
    assert told.status_code == 202
    return dict(told.json())


def answers(shop_id: ShopId) -> list[tuple[str, bool]]:
    """What each question was answered with, in the order of asking, and whether the endpoint did it itself."""
    with shop_scope(shop_id):
        said = (
            Message.objects.filter(author="shopper").order_by("id").values_list("replies__text", "replies__is_inline")
        )
        return [(text or "", bool(is_inline)) for text, is_inline in said]


def family(process: subprocess.Popen[bytes]) -> list[int]:
    """A process that we started and its children."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [process.pid, *map(int, children)]


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End a worker as a machine that loses its power does."""
    for member in family(worker):
        os.kill(member, signal.SIGKILL)
    worker.wait(PATIENCE_SECONDS)


def end_leases() -> None:
    """As if the dead worker's ninety seconds were over, the minute's sweep comes by."""
    Due.objects.update(lease_until=now() - timedelta(seconds=1))
    sweep()


def test_while_redis_is_away_shoppers_are_answered_in_the_same_request(shop: ShopId, redis: RedisServer):
    shopper = ChatPage(shop)
    assert shopper.ask("when will my order arrive?").json()["text"] == "Three days."
    redis.stop()
    away = shopper.ask("I want to send it back")
    assert (away.status_code, away.json()["text"]) == (200, "Within 30 days.")
    assert answers(shop) == [("Three days.", True), ("Within 30 days.", True)]
    assert not Due.objects.filter(kind=KIND).exists()


def test_what_was_left_to_a_worker_while_redis_is_away_is_answered_once(shop: ShopId, redis: RedisServer):
    shopper = ChatPage(shop)
    redis.stop()
    told = asked_while_busy(shopper, "when will my order arrive?")
    assert Due.objects.filter(kind=KIND).count() == 1  # nobody could be woken, and nothing is lost
    until(lambda: shopper.poll(told).status_code == 200)  # the endpoint has no more patience
    with shop_scope(shop):
        before = list(Message.objects.order_by("id").values())
    assert [one["text"] for one in before] == ["when will my order arrive?", "Three days."]
    redis.run()
    caches.reset_all()
    run_due(shop, KIND)
    assert not Due.objects.filter(kind=KIND).exists()
    with shop_scope(shop):
        assert list(Message.objects.order_by("id").values()) == before


def test_a_worker_killed_in_the_middle_of_answers_leaves_one_answer_to_each_question(
    shop: ShopId, redis: RedisServer, owner_url: str
):
    shopper = ChatPage(shop)
    told = [asked_while_busy(shopper, text) for text in ("when will my order arrive?", "I want to send it back")]

    with psycopg.connect(owner_url) as owner:
        # Workers can read the questions but not write an answer while this transaction lasts.
        owner.execute("LOCK TABLE answers_message IN EXCLUSIVE MODE")
        worker = start_worker()
        try:
            until(writing)
        finally:
            kill(worker)
        assert answers(shop) == [("", False), ("", False)]
    assert Due.objects.filter(kind=KIND, lease_until__gt=now()).exists()

    until(lambda: shopper.poll(told[0]).status_code == 200)  # the endpoint has no more patience
    assert shopper.poll(told[0]).json()["text"] == "Three days."
    assert answers(shop)[0] == ("Three days.", True)

    work_on()
    assert answers(shop) == [("Three days.", True), ("Within 30 days.", False)]
    assert [shopper.poll(one).json()["text"] for one in told] == ["Three days.", "Within 30 days."]


def test_a_worker_killed_after_it_wrote_an_answer_has_it_written_no_second_time(
    shop: ShopId, redis: RedisServer, owner_url: str
):
    shopper = ChatPage(shop)
    asked = asked_while_busy(shopper, "when will my order arrive?")
    with psycopg.connect(owner_url) as owner, psycopg.connect(owner_url) as other:
        owner.execute("LOCK TABLE answers_message IN EXCLUSIVE MODE")
        worker = start_worker()
        try:
            until(writing)
            # It may write its answer now, and not tell that it did so: its lease ends while it is about to.
            other.execute("UPDATE core_due SET lease_until = now() - interval '1 second'")
            owner.commit()
            until(lambda: answers(shop) == [("Three days.", False)] and waiting_for_a_row())
        finally:
            kill(worker)
    assert Due.objects.filter(kind=KIND).count() == 1
    work_on()
    assert answers(shop) == [("Three days.", False)]
    assert shopper.poll(asked).json()["text"] == "Three days."
    with shop_scope(shop):
        assert Message.objects.count() == 2


SENDS_A_PHOTO = """
import sys
from chatbot.answers.photos.services import take_photo
from chatbot.answers.photos.types import SentPhoto
take_photo(int(sys.argv[1]), SentPhoto(token=None, customer="", language="en", content=sys.argv[2]))
"""


def test_a_process_killed_while_it_keeps_a_photo_leaves_nothing_and_the_photo_is_sent_again(
    shop: ShopId, redis: RedisServer, owner_url: str
):
    photo = as_base64(photograph())
    with psycopg.connect(owner_url) as owner:
        # The photo and its message can be written, but not that a person is asked for, while this transaction lasts.
        owner.execute("LOCK TABLE console_ticket IN EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup(){SENDS_A_PHOTO}", str(shop), photo]
        )
        try:
            until(lambda: writing("console_ticket"))
        finally:
            kill(process)
    with shop_scope(shop):
        assert (Conversation.objects.count(), Message.objects.count(), Photo.objects.count()) == (0, 0, 0)
    told, token = take_photo(shop, SentPhoto(token=None, customer="", language="en", content=photo))
    assert take_photo(shop, SentPhoto(token=token, customer="", language="en", content=photo)) == (told, token)
    with shop_scope(shop):
        assert (Conversation.objects.count(), Message.objects.count(), Photo.objects.count()) == (1, 2, 1)


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("replies", [False, True])
def test_what_is_in_a_worker_while_a_person_takes_over_gets_no_reply_of_the_assistants(
    shop: ShopId, redis: RedisServer, replies: bool, is_killed: bool
):
    shopper, camille = ChatPage(shop), agent(shop, "Camille Roux")
    asked = asked_while_busy(shopper, "when will my order arrive?")
    with shop_scope(shop):
        talk = Conversation.objects.get().public_id
        hold_conversation(talk)
        worker = start_worker()
        try:
            until(waiting_for_a_row)  # the answer is found, and cannot be written yet
            if replies:
                reply_to_shopper(shop, camille, talk, "It left today.")
            else:
                take_conversation(shop, camille, talk)
        finally:
            if is_killed:
                kill(worker)
    if is_killed:
        work_on()
    else:
        finish(worker)
    assert shopper.poll(asked).json()["staffed"] is True
    with shop_scope(shop):
        said = list(Message.objects.order_by("id").values_list("author", "text"))
    reply = [("staff", "It left today.")] if replies else []
    assert said == [("shopper", "when will my order arrive?"), ("event", "taken"), *reply]


def work_on() -> None:
    """Have another worker do what a dead one left."""
    worker = start_worker()
    end_leases()
    finish(worker)


def finish(worker: subprocess.Popen[bytes]) -> None:
    """Wait until all messages are dealt with, and end the worker."""
    try:
        until(lambda: not Due.objects.filter(kind=KIND).exists())
    finally:
        worker.terminate()
        worker.wait(PATIENCE_SECONDS)


def waiting_for_a_row() -> bool:
    """Whether a worker stands before a row that somebody holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
        return bool(cursor.fetchone()[0])


def writing(table: str = "answers_message") -> bool:
    """Whether a process stands before the writing of an answer, or to another table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return bool(cursor.fetchone()[0])
