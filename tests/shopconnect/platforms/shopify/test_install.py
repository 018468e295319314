"""An install outside Shopify's admin: Shopify begins it, the same browser ends it, one account owns the shop."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from django.test import Client

from shopconnect.accounts.models import Membership
from shopconnect.accounts.types import Role
from shopconnect.connectors import registry
from shopconnect.connectors.shopify.signatures import is_signed_webhook
from shopconnect.core.clock import now, write_time
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.shopify import app as shopify
from shopconnect.shops import installs
from shopconnect.shops.models import AuditEntry, Install, Shop
from tests.shopconnect.platforms.shopify.admin import GRANTED, exchanges, give_tokens, signed
from tests.shopconnect.shops.conftest import make_person, roles_of, signed_in
from tests.shopconnect.shops.platforms import NAME, SHOP, PlainPlatform

HOME = "https://shopconnect.example"


@pytest.fixture(autouse=True)
def platform(offer, settings):
    settings.SITE_URL, settings.HTTPS = HOME, True
    offer()
    registry.register(made := PlainPlatform())
    return made


@pytest.fixture
def client():
    return Client()


def begin(client, **query):
    return client.get("/shopify/install", signed(**{"shop": SHOP, **query}))


def state_of(answer):
    return parse_qs(urlsplit(answer["Location"]).query)["state"][0]


def end(client, state, **query):
    return client.get("/shopify/callback", signed(**{"shop": SHOP, "code": "c0de", "state": state, **query}))


def test_shopify_sends_the_merchant_and_we_send_them_to_agree(client, db):
    answer = begin(client)
    there = urlsplit(answer["Location"])
    query = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"https://{SHOP}/admin/oauth/authorize"
    assert query["client_id"] == "our-client-id"
    assert query["redirect_uri"] == f"{HOME}/shopify/callback"
    assert query["scope"] == GRANTED
    cookie = answer.cookies["shopconnect_install"]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/shopify/callback", "Lax", 60)
    assert cookie["secure"]
    assert cookie["httponly"]


def test_the_state_is_no_signature_of_shopifys(client, db):
    answer = begin(client)
    state, cookie = state_of(answer), answer.cookies["shopconnect_install"].value
    app = shopify.find_app()
    for body in (state, cookie, f"{SHOP} {state}", cookie.partition(".")[0]):
        for signature in (state, cookie, cookie.partition(".")[2]):
            assert not is_signed_webhook(app, body.encode(), signature)


@pytest.mark.parametrize(
    "query",
    [
        dict,
        lambda: {"shop": SHOP},
        lambda: {**signed(shop=SHOP), "hmac": "0" * 64},
        lambda: signed(shop="evil.example"),
        lambda: signed(shop=SHOP, timestamp=str(int(time.time()) - 91)),
        lambda: {**signed(shop=SHOP), "shop": "other.myshopify.com"},
    ],
    ids=["bare", "unsigned", "forged", "no shop", "old", "changed"],
)
def test_an_install_that_shopify_did_not_begin_is_refused(client, db, query):
    answer = client.get("/shopify/install", query())
    assert answer.status_code == 400
    assert "Install ShopConnect from the Shopify App Store" in answer.content.decode()
    assert "shopconnect_install" not in answer.cookies


def test_bots_find_nothing(client, db):
    answer = client.get("/shopify/install", signed(shop=SHOP), headers={"User-Agent": "Googlebot/2.1"})
    assert answer.status_code == 410


@responses.activate
def test_who_agreed_owns_the_shop_with_the_account_they_choose(client, db):
    give_tokens()
    answer = end(client, state_of(begin(client)))
    assert answer["Location"] == "/shopify/join"
    assert answer.cookies["shopconnect_install"]["max-age"] == 0
    assert b'"code": "c0de"' in exchanges()[0]
    shop_id = installs.find_installed(NAME, SHOP)
    assert installs.connection_of(shop_id).tokens.access == "shpat_1"
    page = client.get("/shopify/join").content.decode()
    assert "ShopConnect is installed for Lumen" in page
    assert "/accounts/signup/?next=/shopify/join" in page
    assert client.post("/shopify/join").status_code == 200
    assert Membership.objects.count() == 0
    person = make_person("ada@example.com")
    client.force_login(person)
    assert "Continue with this account" in client.get("/shopify/join").content.decode()
    assert client.post("/shopify/join")["Location"] == "/"
    assert roles_of(shop_id) == {"ada@example.com": Role.OWNER}
    with shop_scope(shop_id):
        assert AuditEntry.objects.filter(action="joined", actor_id=person.pk).count() == 1
    assert client.get("/").status_code == 200
    assert client.post("/shopify/join").status_code == 404


@responses.activate
def test_who_agrees_once_more_for_a_shop_that_is_owned_reads_its_figures(client, db):
    give_tokens()
    for email in ("ada@example.com", "bob@example.com"):
        end(client, state_of(begin(client)))
        client.force_login(make_person(email))
        client.post("/shopify/join")
        client.logout()
    shop_id = installs.find_installed(NAME, SHOP)
    assert roles_of(shop_id) == {"ada@example.com": Role.OWNER, "bob@example.com": Role.ANALYST}


@responses.activate
def test_who_has_no_shop_yet_is_led_back_to_it(client, db):
    give_tokens()
    end(client, state_of(begin(client)))
    client.force_login(make_person("ada@example.com"))
    assert client.get("/")["Location"] == "/shopify/join"


@responses.activate
def test_another_browser_cannot_end_it(client, db):
    give_tokens()
    state = state_of(begin(client))
    assert end(Client(), state).status_code == 403
    assert end(client, "another" + state).status_code == 403
    assert end(client, "").status_code == 403
    assert Shop.objects.count() == 0
    assert exchanges() == []


@responses.activate
def test_a_state_serves_once(client, db):
    give_tokens()
    state = state_of(begin(client))
    assert end(client, state).status_code == 302
    assert end(client, state).status_code == 403
    assert len(exchanges()) == 1


@responses.activate
def test_a_state_of_one_shop_ends_no_install_of_another(client, db):
    give_tokens("other.myshopify.com")
    assert end(client, state_of(begin(client)), shop="other.myshopify.com").status_code == 403
    assert Shop.objects.count() == 0


@responses.activate
def test_a_state_lasts_a_minute(client, db, monkeypatch):
    give_tokens()
    state = state_of(begin(client))
    monkeypatch.setattr("shopconnect.platforms.shopify.views.now", lambda: now() + timedelta(seconds=62))
    assert end(client, state).status_code == 403


@responses.activate
def test_an_answer_that_shopify_did_not_sign_ends_nothing(client, db):
    give_tokens()
    state = state_of(begin(client))
    query = signed(shop=SHOP, code="c0de", state=state) | {"code": "another"}
    assert client.get("/shopify/callback", query).status_code == 403
    assert exchanges() == []


@responses.activate
@pytest.mark.parametrize(("status", "error", "shown"), [(400, "invalid_request", 403), (503, "", 503)])
def test_a_code_that_shopify_does_not_receive_webhookstalls_nothing(client, db, status, error, shown):
    give_tokens(status=status, error=error)
    answer = end(client, state_of(begin(client)))
    assert answer.status_code == shown
    assert Shop.objects.count() == 0
    assert client.get("/shopify/join").status_code == 404


def test_nobody_joins_a_shop_they_did_not_install(db, shop):
    browser = signed_in(make_person("eve@example.com"))
    assert browser.post("/shopify/join", {"shop": shop}).status_code == 404
    assert Membership.objects.count() == 0


@responses.activate
def test_joining_takes_an_hour_at_most(client, db):
    give_tokens()
    end(client, state_of(begin(client)))
    client.force_login(make_person("ada@example.com"))
    session = client.session
    session["joining"] |= {"until": write_time(now() - timedelta(seconds=1))}
    session.save()
    assert client.post("/shopify/join").status_code == 404
    assert Membership.objects.count() == 0
    assert "You don’t have access to a shop yet" in client.get("/").content.decode()  # no way back into it


@responses.activate
def test_a_shop_that_is_there_keeps_its_people(client, db):
    give_tokens()
    end(client, state_of(begin(client)))
    shop_id = installs.find_installed(NAME, SHOP)
    analyst = make_person("ada@example.com")
    Membership.objects.create(user=analyst, shop_id=shop_id, role=Role.ANALYST)
    client.force_login(analyst)
    client.post("/shopify/join")
    assert roles_of(shop_id) == {"ada@example.com": Role.ANALYST}
    with shop_scope(shop_id):
        assert Install.objects.count() == 1
