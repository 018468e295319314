"""The page of API tokens: for owners, shows a new token once, makes one of a form sent twice."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.tokens import authenticate, list_tokens, make_token
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now

FORM = {"name": "Reports", "scopes": ["read:catalog", "read:orders"], "days": "90", "once": "a"}


def member(shop_id, role):
    user = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(user=user, shop_id=shop_id, role=role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def owner(shop):
    return member(shop, Role.OWNER)


def shown_token(page):
    text = page.content.decode()
    start = text.find("sc_")
    return text[start : text.index("<", start)] if start >= 0 else None


def test_an_owner_makes_a_token_and_sees_it_for_a_minute(owner, shop):
    assert b"No tokens yet" in owner.get("/shops/tokens/").content
    page = owner.post("/shops/tokens/make/", FORM, follow=True)
    token = shown_token(page)
    assert authenticate(token).scopes == {"read:catalog", "read:orders"}
    assert shown_token(owner.get("/shops/tokens/")) == token
    assert "no-store" in page["Cache-Control"]
    with time_machine.travel(now() + timedelta(seconds=61)):
        later = owner.get("/shops/tokens/")
    assert shown_token(later) is None
    assert b"Reports" in later.content


def test_the_token_does_not_lie_in_the_session(owner, shop):
    token = shown_token(owner.post("/shops/tokens/make/", FORM, follow=True))
    assert token not in str(dict(owner.session.items()))


def test_a_form_sent_twice_makes_one_token(owner, shop):
    [owner.post("/shops/tokens/make/", FORM) for _ in range(2)]
    assert len(list_tokens(shop).tokens) == 1


def test_what_was_typed_is_kept_when_it_does_not_fit(owner, shop):
    page = owner.post("/shops/tokens/make/", FORM | {"scopes": [], "name": "My <reports>"})
    assert page.status_code == 400
    assert "Choose at least one scope." in page.content.decode()
    assert 'value="My &lt;reports&gt;"' in page.content.decode()
    assert list_tokens(shop).tokens == []
    assert owner.post("/shops/tokens/make/", FORM).status_code == 302


def test_a_token_is_revoked(owner, shop):
    made = make_token(shop, "Reports", ["read:catalog"], days=1)
    for _ in range(2):
        assert owner.post(f"/shops/tokens/{made.summary.public_id}/revoke/").status_code == 302
    assert list_tokens(shop).tokens == []


def test_another_shops_token_is_not_there(owner, shop, other_shop):
    made = make_token(other_shop, "Theirs", ["read:catalog"], days=1)
    assert b"Theirs" not in owner.get("/shops/tokens/").content
    assert owner.post(f"/shops/tokens/{made.summary.public_id}/revoke/").status_code == 404
    assert owner.post("/shops/tokens/abc/revoke/").status_code == 404
    assert len(list_tokens(other_shop).tokens) == 1


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPPORT])
def test_only_owners_come_in(shop, role):
    client = member(shop, role)
    assert client.get("/shops/tokens/").status_code == 403
    assert client.post("/shops/tokens/make/", FORM).status_code == 403
    assert list_tokens(shop).tokens == []


def test_the_page_speaks_french(owner):
    page = owner.get("/shops/tokens/", headers={"accept-language": "fr"}).content.decode()
    assert "Créer un jeton" in page
    assert "À quoi sert-il\u00a0?" in page
