"""Who works in a shop from inside Shopify's admin: what they may, what they are called, and whose mail they get."""

import pytest
from django.core import mail
from django.test import Client

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from tests.shopconnect.platforms.shopify import test_embedded
from tests.shopconnect.platforms.shopify.admin import bearer
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.shops.platforms import SHOP

client, lumen, platform = test_embedded.client, test_embedded.lumen, test_embedded.platform


def test_staff_who_were_taken_out_stay_out(client, lumen):
    make_member(lumen, Role.OWNER)
    client.get("/", headers=bearer())
    Membership.objects.filter(user__email__endswith=".invalid").delete()
    answer = client.get("/", headers=bearer())
    assert answer.status_code == 403
    assert Membership.objects.count() == 1


def test_a_shop_that_nobody_owns_is_owned_by_who_opens_it(client, lumen):
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
    assert "so we know no e-mail address" in page
    assert "by_mail" not in page
    mine = signed_in(make_member(lumen, Role.OWNER)).get("/shops/notices/").content.decode()
    assert "by_mail" in mine


def test_nobody_takes_the_place_of_staff(client, db):
    form = {
        "email": f"90255635@{SHOP}.invalid",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    answer = Client().post("/accounts/signup/", form)
    assert answer.status_code == 200
    assert "No mail reaches this address." in answer.content.decode()
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
