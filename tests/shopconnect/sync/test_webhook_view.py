"""The view of webhooks: what is signed is kept and answered at once, whatever else is away."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopconnect.connectors.base import Changed, ResourceType
from shopconnect.core.jobs import broker
from shopconnect.core.models import Due
from shopconnect.core.observability import metrics
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import inbox
from shopconnect.sync.models import InboxWebhook
from shopconnect.sync.views import MOST_BYTES
from tests.shopconnect.sync.worlds import touched, waiting


def send(raw, client=None, **headers):
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in raw.headers.items()}
    found = client or Client(enforce_csrf_checks=True)
    return found.post("/hooks/shopify", raw.body, content_type="application/json", **(given | headers))


@pytest.fixture
def counted(monkeypatch):
    fields = []
    monkeypatch.setattr(metrics.tally, "add", lambda field, amount=1.0: fields.append(field))
    return lambda: [field.split("|")[2] for field in fields if field.startswith("hooks|shopify|")]


def test_a_webhook_is_kept_with_the_work_and_answered_with_nothing(worldly, world, counted):
    answer = send(world.webhook(touched("1")))
    assert (answer.status_code, answer.content, counted()) == (200, b"", ["taken"])
    assert Due.objects.filter(shop_id=worldly, kind="hooks").count() == 1
    assert waiting(worldly) == 1


def test_a_webhook_that_comes_again_is_answered_and_kept_once(worldly, world, counted):
    webhook = world.webhook(touched("1"), delivery="same")
    assert [send(webhook).status_code for _ in range(3)] == [200] * 3
    assert (waiting(worldly), counted()) == (1, ["taken", "known", "known"])
    assert Due.objects.get(shop_id=worldly, kind="hooks").asked == 1


@pytest.mark.parametrize("signature", ["", "wrong"])
def test_a_bad_signature_is_refused_and_nothing_is_kept(worldly, world, counted, signature):
    raw = world.webhook(touched("1"))
    raw.headers["x-signature"] = signature
    answer = send(raw)
    assert (answer.status_code, waiting(worldly), counted()) == (401, 0, ["refused"])
    assert not Due.objects.exists()


def test_what_is_signed_and_makes_no_sense_is_refused(worldly, world):
    raw = world.webhook(touched("1"))
    assert send(type(raw)(headers=raw.headers, body=b"not json")).status_code == 400


def test_the_bytes_that_were_sent_are_the_bytes_that_are_checked(worldly, world, monkeypatch):
    seen = []
    monkeypatch.setattr(type(world), "verify", lambda self, raw: seen.append(raw) or world_verify(self, raw))
    raw = world.webhook(touched("1"))
    body = raw.body.replace(b"{", b'{ "caf\\u00e9 \xc3\xa9" :  1.0,\r\n', 1)
    assert send(type(raw)(headers=raw.headers, body=body)).status_code == 200
    assert seen[0].body == body
    assert all(name == name.lower() for name in seen[0].headers)


def test_only_post_is_known(db, world):
    for method in ("get", "put", "delete", "patch", "head", "options"):
        assert getattr(Client(), method)("/hooks/shopify").status_code == 405, method


def test_an_unknown_platform_is_not_found(db, world):
    assert Client().post("/hooks/nowhere", b"{}", content_type="application/json").status_code == 404


def test_what_is_too_large_is_not_read(worldly, world):
    raw = world.webhook(touched("1"))
    assert send(type(raw)(headers=raw.headers, body=b"x" * (MOST_BYTES + 1))).status_code == 413
    assert send(raw, CONTENT_LENGTH="lots").status_code == 413
    largest = raw.body + b" " * (MOST_BYTES - len(raw.body))
    assert send(type(raw)(headers=raw.headers, body=largest)).status_code == 200


def test_topics_that_hint_at_nothing_and_shops_that_nobody_knows_are_answered_and_counted(worldly, world, counted):
    assert send(world.webhook()).status_code == 200
    assert send(world.webhook(touched("1"), shop="nobody")).status_code == 200
    assert (counted(), waiting(worldly)) == (["no_news", "no_shop"], 0)


def test_the_view_asks_few_questions_and_none_for_what_it_leaves_out(transactional_db, worldly, world):
    def questions(raw):
        with CaptureQueriesContext(connection) as asked:
            assert send(raw).status_code == 200
        return [query["sql"].split()[0] for query in asked]

    known = world.webhook(touched("1"))
    assert questions(known) == ["SELECT", "BEGIN", "SELECT", "INSERT", "INSERT", "COMMIT"]
    assert questions(known) == ["SELECT", "BEGIN", "SELECT", "INSERT", "COMMIT"]
    assert questions(world.webhook()) == []
    assert questions(world.webhook(touched("1"), shop="nobody")) == ["SELECT"]


def test_webhooks_are_kept_while_redis_is_away(transactional_db, worldly, world, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    broker.forget()
    try:
        assert [send(world.webhook(touched(str(number)))).status_code for number in range(3)] == [200] * 3
        assert waiting(worldly) == 3
        assert Due.objects.filter(shop_id=worldly, kind="hooks").count() == 1
    finally:
        broker.forget()


def test_the_platform_is_told_to_come_again_while_the_database_is_away(transactional_db, worldly, world, monkeypatch):
    webhook = world.webhook(touched("1"))
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patch.setitem(connection.settings_dict, "PORT", "1")
        answer = send(webhook, Client(raise_request_exception=False))
        assert (answer.status_code, "Retry-After" in answer) == (503, True)
        connection.close()
    assert send(webhook).status_code == 200
    assert waiting(worldly) == 1


def test_a_webhook_whose_work_could_not_be_asked_for_is_not_kept(worldly, world, monkeypatch):
    def away(*_):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(inbox, "add_due", away)
    assert send(world.webhook(touched("1"), delivery="one"), Client(raise_request_exception=False)).status_code == 503
    monkeypatch.undo()
    assert waiting(worldly) == 0


def test_a_person_in_a_webhook_is_kept_as_an_id_only(worldly, world):
    send(world.webhook(Changed(resource=ResourceType.CUSTOMER, external_id="7")))
    with shop_scope(worldly):
        kept = InboxWebhook.objects.values().get()
    assert kept["notices"] == [{"is": "changed", "resource": "customer", "external_id": "7"}]
    assert set(kept) == {
        "id",
        "shop_id",
        "topic",
        "delivery_id",
        "at",
        "received_at",
        "notices",
        "needs_platform",
        "attempts",
        "handled_at",
    }


def world_verify(world, raw):
    from tests.shopconnect.sync.world import Webhook, json, read_notices  # noqa: PLC0415

    said = json.loads(raw.body)
    return Webhook(
        platform=world.name, delivery_id="x", topic="t", shop="world", at=None, notices=read_notices(said["notices"])
    )
