"""What somebody types who means harm."""

import pytest

from shopconnect.accounts.models import ApiToken
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.shops.conftest import make_member, signed_in


def test_a_token_is_named_without_zero_bytes(shop):
    form = {"name": "Re\0ports", "days": "30", "scopes": ["read:faq"], "once": "x"}
    assert signed_in(make_member(shop, Role.OWNER)).post("/shops/tokens/make/", form).status_code == 302
    with shop_scope(shop):
        assert ApiToken.objects.get().name == "Reports"


@pytest.mark.parametrize(
    "hostile",
    [
        {"days": "9" * 5000},
        {"days": "3\0"},
        {"days": "-1"},
        {"scopes": ["\0"]},
        {"name": "x" * 100_000},
        {"name": "\0"},
    ],
    ids=["endless days", "zero bytes", "no days", "no scope", "an endless name", "no name"],
)
def test_a_token_of_nonsense_is_refused(shop, hostile):
    form = {"name": "Reports", "days": "30", "scopes": ["read:faq"], "once": "x\0" * 1000, **hostile}
    client = signed_in(make_member(shop, Role.OWNER))
    assert client.post("/shops/tokens/make/", form).status_code == 400
    assert client.post("/shops/tokens/make/").status_code == 400
    with shop_scope(shop):
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize("wanted", ["http://[", "//[", "\0", "1"])
@pytest.mark.parametrize("page", ["login", "signup", "password/reset", "logout"])
def test_a_next_page_that_is_none_is_left_out(client, db, page, wanted):
    assert client.get(f"/accounts/{page}/", {"next": wanted}).status_code in (200, 302)


@pytest.mark.parametrize("wanted", ["1", "home", "{}", "null\0", "//evil.example/", "http://["])
def test_no_form_goes_on_to_what_is_no_page_of_ours(shop, wanted):
    client = signed_in(make_member(shop, Role.OWNER))
    sent = {"rule": "{}", "kind": "stock", "next": wanted}
    assert client.post("/rules/add/", sent)["Location"] == "/rules/"


@pytest.mark.parametrize("sent", [{}, {"shop": "\0"}, {"shop": "x" * 100_000}, {"shop": ["second", "\0"]}])
def test_a_shop_that_is_none_is_not_gone_on_with(shop, sent):
    client = signed_in(make_member(shop, Role.OWNER))
    assert client.post("/shops/switch/", sent)["Location"] == "/"
    assert b"<h1>First</h1>" in client.get("/").content
