"""Pages inside Shopify's admin: a session token opens them, in its own shop only, and no cookie is needed."""

import json
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from django.conf import settings
from django.test import Client

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.shops import installs
from shopconnect.shops.models import Install, Shop
from tests.shopconnect.platforms.shopify.admin import bearer, exchanges, give_tokens, session_token
from tests.shopconnect.platforms.shopify.frames import browser, load
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

OTHER = "other.myshopify.com"

pytestmark = pytest.mark.usefixtures("platform")


@pytest.fixture
def client():
    """A browser that keeps no cookies for us."""
    return browser()


@responses.activate
def test_the_first_page_installs_the_shop_and_shows_the_home(client, db):
    give_tokens()
    answer = load(client, locale="fr-CA")
    assert answer.status_code == 200
    assert "ui-nav-menu" in answer.content.decode()
    shop_id = installs.find_installed(NAME, SHOP)
    assert Shop.objects.get(pk=shop_id).slug == "lumen"
    asked = json.loads(exchanges()[0])
    assert asked.pop("subject_token").count(".") == 2
    assert asked == {
        "client_id": "our-client-id",
        "client_secret": "hush" * 10,
        "expiring": "1",
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    }
    person = User.objects.get()
    assert person.email == f"90255635@{SHOP}.shopify.invalid"
    assert not person.has_usable_password()
    assert person.language == "fr"
    assert answer["Content-Language"] == "fr"
    assert Membership.objects.get().role == Role.OWNER
    with shop_scope(shop_id):
        assert "shpat_1" in Install.objects.get().tokens


@responses.activate
def test_a_second_load_asks_shopify_nothing(client, db):
    give_tokens()
    load(client)
    assert load(client).status_code == 200
    assert len(exchanges()) == 1
    assert User.objects.count() == 1


@responses.activate
def test_a_load_with_too_few_scopes_asks_for_new_tokens_and_a_fetch_does_not(client, lumen):
    give_tokens()
    client.get("/", headers=bearer())
    assert len(exchanges()) == 0
    load(client)
    assert len(exchanges()) == 1


@responses.activate
def test_a_parked_shop_goes_on_when_somebody_opens_the_app(client, lumen):
    give_tokens()
    with shop_scope(lumen):
        Install.objects.update(needs_sign_in_at=now())
    assert load(client).status_code == 200
    with shop_scope(lumen):
        assert Install.objects.get().needs_sign_in_at is None


@responses.activate
def test_a_frame_shows_its_own_shop_whatever_else_its_person_works_with(client, lumen, shop):
    give_tokens()
    load(client)
    Membership.objects.create(user=User.objects.get(email__startswith="90255635@"), shop_id=shop, role=Role.OWNER)
    session = client.session
    session["shop_id"] = shop
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert load(client).wsgi_request.shop_id == lumen


@responses.activate
def test_a_shop_that_left_is_back_when_somebody_opens_the_app(client, lumen):
    give_tokens()
    installs.uninstall_shop(lumen, now() - timedelta(seconds=0))
    assert load(client).status_code == 200
    with shop_scope(lumen):
        assert Install.objects.filter(uninstalled_at=None).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/suggestions/",
        "/shops/members/",
        "/shops/notices/",
        "/shops/tokens/",
        "/conversations/",
        "/export/",
        "/bring-in/",
    ],
)
def test_every_page_opens_to_a_bearer_and_stands_in_this_shops_admin_only(client, lumen, path):
    answer = client.get(path, headers=bearer())
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors https://{SHOP} https://admin.shopify.com")
    assert "X-Frame-Options" not in answer
    assert "script-src 'self' https://" in policy
    assert "https://cdn.shopify.com" in policy
    assert "unsafe-inline" not in policy
    page = answer.content.decode()
    assert page.index("app-bridge.js") < page.index("early.js")
    assert 'data-api-key="our-client-id"' in page
    assert "account_logout" not in page
    assert "/accounts/" not in page
    assert "sessionid" not in answer.cookies
    assert "shopconnect_session" not in answer.cookies


def test_pages_outside_the_admin_stay_unframed(lumen):
    answer = signed_in(make_member(lumen, Role.OWNER)).get("/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "app-bridge.js" not in answer.content.decode()


def test_a_form_needs_no_cookie_and_says_what_was_done_on_the_next_page(client, lumen):
    client.get("/", headers=bearer())
    person = User.objects.get()
    done = client.post("/shops/notices/choose/", {"by_mail": []}, headers=bearer())
    assert (done.status_code, done["Location"]) == (302, "/shops/notices/")
    client.cookies.clear()
    page = client.get("/shops/notices/", headers=bearer()).content.decode()
    assert "Your preferences are saved." in page
    assert "Your preferences are saved." not in client.get("/shops/notices/", headers=bearer()).content.decode()
    with shop_scope(lumen):
        assert not notices.wants_mail(person.pk, "export_ready")


def test_what_is_said_to_one_person_is_not_shown_to_another(client, lumen):
    client.post("/shops/notices/choose/", {"by_mail": []}, headers=bearer())
    assert "Your preferences" not in client.get("/shops/notices/", headers=bearer(user="2")).content.decode()


def test_a_form_without_a_bearer_needs_its_cookie_as_ever(client, lumen):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_member(lumen, Role.OWNER))
    assert browser.post("/shops/notices/choose/").status_code == 403
    token = session_token()
    assert browser.post(f"/shops/notices/choose/?id_token={token}").status_code == 403
    with shop_scope(lumen):
        assert notices.wants_mail(User.objects.get().pk, "export_ready")


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "guessed" * 6},
        {"aud": "another app"},
        {"exp": 1_700_000_000},
        {"nbf": 4_000_000_000},
        {"dest": f"https://{OTHER}"},
        {"iss": f"https://{OTHER}/admin"},
        {"dest": "https://evil.example"},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_fetch_with_a_bad_token_is_told_to_fetch_another(client, lumen, changes):
    answer = client.get("/", headers=bearer(**changes))
    assert answer.status_code == 401
    assert answer["X-Shopify-Retry-Invalid-Session-Request"] == "1"
    assert User.objects.count() == 0


def test_a_bad_bearer_is_not_saved_by_a_cookie(lumen):
    browser = signed_in(make_member(lumen, Role.OWNER))
    assert browser.get("/", headers={"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.parametrize("query", [{"shop": OTHER}, {"shop": [SHOP, OTHER]}])
def test_the_shop_comes_from_the_token_and_an_address_that_says_another_is_refused(client, lumen, query):
    other = installs.install_shop(NAME, OTHER, tokens(), DRAFT)
    assert load(client, **query).status_code == 401
    assert client.get("/", query, headers=bearer()).status_code == 401
    assert User.objects.count() == 0
    assert Membership.objects.filter(shop_id=other).count() == 0


def test_a_token_of_one_shop_shows_nothing_of_another(client, lumen):
    other = installs.install_shop(NAME, OTHER, tokens(), DRAFT)
    make_member(other, Role.OWNER, "ada@example.com")
    assert "ada@example.com" not in client.get("/shops/members/", headers=bearer()).content.decode()
    assert "ada@example.com" in client.get("/shops/members/", headers=bearer(shop=OTHER)).content.decode()


def test_a_page_loaded_in_the_admin_without_a_token_is_loaded_again_with_one(client, lumen):
    answer = client.get("/suggestions/", {"product": "7", "shop": SHOP, "embedded": "1"})
    there = urlsplit(answer["Location"])
    query = parse_qs(there.query)
    assert (answer.status_code, there.path) == (302, "/shopify/token")
    assert query["shop"] == [SHOP]
    wanted = urlsplit(query["shopify-reload"][0])
    assert wanted.path == "/suggestions/"
    assert parse_qs(wanted.query)["product"] == ["7"]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert page["Content-Security-Policy"].endswith(f"frame-ancestors https://{SHOP} https://admin.shopify.com")
    assert page.content.decode().count("<script") == 1
    assert 'data-api-key="our-client-id"' in page.content.decode()


def test_a_frame_is_known_by_the_browsers_own_word(client, lumen, settings):
    settings.DEMO = False
    assert "/shopify/token" in client.get("/", headers={"Sec-Fetch-Dest": "iframe"})["Location"]
    assert "/accounts/login/" in client.get("/results/")["Location"]


def test_a_load_with_a_token_that_is_over_is_loaded_again_once(client, lumen):
    over = session_token(exp=int(time.time()) - 60)
    answer = client.get("/", {"shop": SHOP, "id_token": over})
    wanted = parse_qs(urlsplit(answer["Location"]).query)["shopify-reload"][0]
    assert "id_token" not in wanted
    again = client.get(f"{wanted}&id_token={over}")
    assert again.status_code == 401
    assert "open ShopConnect from your shop’s admin again" in again.content.decode()
    assert again["Content-Security-Policy"].endswith(f"frame-ancestors https://{SHOP} https://admin.shopify.com")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "", "javascript:alert(1)"])
def test_the_page_that_loads_again_leads_to_our_own_pages_only(client, lumen, wanted):
    assert client.get("/shopify/token", {"shop": SHOP, "shopify-reload": wanted}).status_code == 404


def test_a_strangers_shop_gets_no_frame(client, lumen):
    answer = client.get("/shopify/token", {"shop": "evil.example; script-src *", "shopify-reload": "/"})
    assert answer["Content-Security-Policy"].endswith(
        "frame-ancestors https://*.myshopify.com https://admin.shopify.com"
    )


def test_a_page_that_the_admin_remembers_is_found(client, lumen):
    answer = client.get("/shopify/suggestions/", {"shop": SHOP, "product": "7"})
    assert answer["Location"] == f"/suggestions/?shop={SHOP}&product=7"
    assert client.get("/shopify//evil.example/").status_code == 404


@responses.activate
def test_while_shopify_is_away_the_page_says_so(client, db):
    give_tokens(status=503, error="")
    answer = load(client)
    assert answer.status_code == 503
    assert "Shopify isn’t responding right now" in answer.content.decode()
    assert Shop.objects.count() == 0


@responses.activate
def test_a_token_that_shopify_does_not_take_is_asked_for_again(client, db):
    give_tokens(status=400, error="invalid_subject_token")
    assert "/shopify/token" in load(client)["Location"]
    assert client.get("/", headers=bearer()).status_code == 401
    assert Shop.objects.count() == 0


def test_staff_who_were_taken_out_stay_out_and_shopify_is_not_asked_about_them_again(client, lumen, monkeypatch):
    make_member(lumen, Role.OWNER)
    client.get("/", headers=bearer())
    Membership.objects.filter(user__email__endswith=".invalid").delete()
    monkeypatch.delattr("shopconnect.connectors.shopify.oauth.is_account_owner")
    answer = client.get("/", headers=bearer())
    assert "You don’t have access to a shop yet" in answer.content.decode()
    assert Membership.objects.count() == 1
