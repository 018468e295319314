"""Who opens the app waits for nobody else for long."""

import os

import psycopg
import pytest
import responses
from django.test import Client

from shopconnect.connectors import registry
from shopconnect.core.clock import now
from shopconnect.core.errors import Busy
from shopconnect.core.tenancy import locks
from shopconnect.shops import installs
from tests.shopconnect.platforms.shopify.admin import exchanges, give_tokens, session_token
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens

SIGNING_IN = f"SELECT pg_advisory_lock(hashtextextended('tokens:shopify:{SHOP}', 0))"
ERASING = "SELECT id FROM shops_shop FOR UPDATE"


@pytest.fixture
def left(transactional_db, nobody_is_woken, monkeypatch, offer):
    """A shop that left a moment ago; nobody here waits for as long as people do."""
    offer()
    registry.register(PlainPlatform())
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    installs.uninstall_shop(shop_id, now())
    monkeypatch.setattr(locks, "BRIEF_SECONDS", 0.2)
    return shop_id


def load(language: str, accept: str = "text/html"):
    query = {"shop": SHOP, "host": "x", "embedded": "1", "id_token": session_token()}
    browser = Client(raise_request_exception=False)
    return browser.get("/shopify/", query, headers={"accept": accept, "accept-language": language})


@responses.activate
@pytest.mark.parametrize(("held", "asked"), [(SIGNING_IN, 0), (ERASING, 1)])
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "will try again in a few seconds"), ("fr", "réessaiera dans quelques secondes")]
)
def test_a_page_that_would_wait_says_so_and_tries_again(left, held, asked, language, sentence):
    give_tokens()
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(held)
        answer = load(language)
        assert (answer.status_code, answer["Retry-After"], answer["Refresh"]) == (503, "3", "3")
        assert sentence in answer.content.decode()
        assert 'data-reload-seconds="3"' in answer.content.decode()
        assert f"https://{SHOP}" in answer["Content-Security-Policy"]  # it stands in the admin's frame
        assert len(exchanges()) == asked
        assert not installs.is_installed(left)
    assert load(language).status_code == 200
    assert installs.is_installed(left)


@responses.activate
def test_a_program_that_would_wait_reads_so(left):
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(SIGNING_IN)
        answer = load("en", accept="application/json")
    assert (answer.status_code, answer["Retry-After"], answer.json()["error"]["code"]) == (503, "3", "busy")
    assert "Refresh" not in answer


def test_who_did_not_get_a_name_does_not_hold_it(left):
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('a name', 0))")
        with pytest.raises(Busy), locks.advisory_lock("a name", briefly=True):
            pass
        other.execute("SELECT pg_advisory_unlock(hashtextextended('a name', 0))")
        with locks.advisory_lock("a name", briefly=True):
            (is_free,) = other.execute("SELECT pg_try_advisory_lock(hashtextextended('a name', 0))").fetchone()
            assert not is_free
        (is_free,) = other.execute("SELECT pg_try_advisory_lock(hashtextextended('a name', 0))").fetchone()
        assert is_free
