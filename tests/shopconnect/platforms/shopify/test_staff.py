"""Staff who come through Shopify's admin: who they are to us, and what they may do."""

import pytest
import responses
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from tests.shopconnect.platforms.shopify.admin import bearer, give_tokens
from tests.shopconnect.platforms.shopify.frames import browser, load
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import SHOP

OTHER = "other.myshopify.com"

pytestmark = pytest.mark.usefixtures("platform")


@pytest.fixture
def client():
    """A browser that keeps no cookies for us."""
    return browser()


def test_who_owns_the_account_at_shopify_owns_the_shop_here_and_others_read_its_figures(client, lumen, staff):
    staff["7"] = False
    for user in ("7", "8"):
        assert client.get("/", headers=bearer(user=user)).status_code == 200
    assert [one.role for one in Membership.objects.order_by("user_id")] == [Role.ANALYST, Role.OWNER]
    assert client.get("/shops/members/", headers=bearer(user="7")).status_code == 403


def test_a_role_that_an_owner_gave_outlasts_what_shopify_says(client, lumen, staff):
    staff["7"] = False
    client.get("/", headers=bearer(user="7"))
    Membership.objects.update(role=Role.OWNER)
    assert client.get("/shops/members/", headers=bearer(user="7")).status_code == 200


@responses.activate
def test_nobody_comes_in_while_shopify_does_not_say_who_they_are(client, lumen, monkeypatch):
    monkeypatch.undo()
    give_tokens(status=503)
    assert load(client).status_code == 503
    assert User.objects.count() == 0


def test_a_shop_that_nobody_owns_is_owned_by_its_account_owner_when_they_open_it(client, lumen):
    client.get("/", headers=bearer())
    Membership.objects.all().delete()
    assert client.get("/", headers=bearer()).status_code == 200
    assert Membership.objects.get().role == Role.OWNER


def test_staff_with_a_smaller_role_keep_it(client, lumen):
    client.get("/", headers=bearer())
    Membership.objects.update(role=Role.SUPPORT)
    make_member(lumen, Role.OWNER)
    assert client.get("/shops/members/", headers=bearer()).status_code == 403


def test_staff_are_called_in_words_and_get_no_mail(client, lumen):
    client.get("/", headers=bearer())
    page = client.get("/shops/members/", headers=bearer(user="2")).content.decode()
    assert "Shopify staff 5635" in page
    assert ".invalid" not in page
    with shop_scope(lumen):
        waiting = list(Notice.objects.values_list("pk", flat=True))
    assert waiting
    for notice in waiting:
        notices.mail_notice(lumen, notice)
    assert mail.outbox == []


def test_staff_are_offered_no_mail_that_cannot_reach_them(client, lumen):
    page = client.get("/shops/notices/", headers=bearer()).content.decode()
    assert "so we don’t have your email address" in page
    assert "by_mail" not in page
    mine = signed_in(make_member(lumen, Role.OWNER)).get("/shops/notices/").content.decode()
    assert "by_mail" in mine


def test_nobody_takes_the_place_of_staff(client, db):
    form = {
        "email": f"90255635@{SHOP}.shopify.invalid",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    answer = Client().post("/accounts/signup/", form)
    assert answer.status_code == 200
    assert "This address can’t receive email." in answer.content.decode()
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/set/",
        "/accounts/password/change/",
        "/accounts/email/",
        "/accounts/sessions/",
        "/accounts/2fa/",
    ],
)
def test_pages_of_an_account_know_no_session_token(client, lumen, path):
    answer = client.get(path, headers=bearer())
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_staff_have_no_account_page(client, lumen):
    assert client.get("/shops/account/", headers=bearer()).status_code == 404


def test_the_language_is_remembered_without_a_cookie(client, lumen):
    client.get("/", headers=bearer())
    assert client.post("/language/", {"language": "fr", "next": "/"}, headers=bearer()).status_code == 302
    client.cookies.clear()
    assert client.get("/", headers=bearer())["Content-Language"] == "fr"


def test_the_rest_api_takes_no_session_token(client, lumen):
    assert client.get("/api/v1/shop", headers=bearer()).status_code == 401


def test_what_is_open_to_all_stays_open_to_other_bearers(client, db):
    assert client.get("/api/v1/docs", headers={"Authorization": "Bearer sc_of_the_rest_api"}).status_code == 200
    assert User.objects.count() == 0


def test_without_an_app_there_is_no_admin(client, lumen, settings):
    settings.SHOPIFY_CLIENT_ID, settings.DEMO = "", False
    assert "/accounts/login/" in client.get("/results/", headers=bearer())["Location"]
    assert client.get("/shopify/token", {"shopify-reload": "/"}).status_code == 404
    assert "/accounts/login/" in load(client)["Location"]


def test_a_session_token_asks_about_as_much_as_a_session(client, lumen):
    client.get("/", headers=bearer())
    person = User.objects.get()
    counts = []
    for seen_by, headers in ((client, bearer()), (signed_in(person), {})):
        with CaptureQueriesContext(connection) as asked:
            assert seen_by.get("/shops/notices/", headers=headers).status_code == 200
        counts.append(len(asked))
    assert counts[0] - counts[1] <= 3, counts
