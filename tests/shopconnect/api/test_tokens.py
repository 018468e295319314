"""Tokens: shown once, found by hash, dead when expired or revoked, each with its scopes."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from shopconnect.accounts.models import ApiToken
from shopconnect.accounts.scopes import scopes as known_scopes
from shopconnect.accounts.tokens import MOST_DAYS, MOST_TOKENS, authenticate, list_tokens, make_token, revoke_token
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry, ShopKey
from shopconnect.shops.types import KeyKind


def make(shop_id, scopes=("read:catalog",), **options):
    return make_token(shop_id, "Reports", scopes, **({"days": 30} | options))


def test_a_token_is_stored_as_its_hash_only(shop):
    made = make(shop)
    with shop_scope(shop):
        row = ApiToken.objects.get()
    assert made.token.startswith("sc_")
    assert len(made.token) > 40
    assert made.token not in str(vars(row))
    assert ShopKey.objects.get(shop_id=shop, kind=KeyKind.API).value == row.hash


def test_a_token_opens_its_own_shop_with_its_scopes(shop, other_shop):
    make(other_shop)
    found = authenticate(make(shop, ("read:catalog", "read:orders", "read:catalog")).token)
    assert (found.shop_id, found.name, found.scopes) == (shop, "Reports", {"read:catalog", "read:orders"})


@pytest.mark.parametrize("token", ["", "sc_", "sc_wrong", "pk_x", "sc_" + "x" * 5000, "sc_é\0"])
def test_an_unknown_token_opens_nothing(shop, token):
    make(shop)
    with pytest.raises(Refusal) as refused:
        authenticate(token)
    assert (refused.value.code, refused.value.status) == ("token_unknown", 401)


def test_an_expired_token_says_so(shop):
    token = make(shop, days=1).token
    with time_machine.travel(now() + timedelta(days=1, seconds=1)), pytest.raises(Refusal) as refused:
        authenticate(token)
    assert refused.value.code == "token_expired"


def test_a_revoked_token_is_dead_at_once_and_leaves_the_list(shop):
    made = make(shop)
    revoke_token(shop, made.summary.public_id, actor_id=5)
    revoke_token(shop, made.summary.public_id, actor_id=5)
    with pytest.raises(Refusal) as refused:
        authenticate(made.token)
    assert refused.value.code == "token_unknown"
    assert list_tokens(shop).tokens == []
    assert not ShopKey.objects.filter(kind=KeyKind.API).exists()
    with shop_scope(shop):
        assert list(AuditEntry.objects.order_by("id").values_list("action", "actor_id")) == [
            ("token_made", None),
            ("token_revoked", 5),
        ]


def test_another_shops_token_cannot_be_revoked(shop, other_shop):
    made = make(other_shop)
    with pytest.raises(Missing):
        revoke_token(shop, made.summary.public_id)
    assert authenticate(made.token).shop_id == other_shop


def test_the_last_use_is_noted_at_most_once_a_minute(shop, django_assert_num_queries):
    token = make(shop).token
    moment = now()
    with time_machine.travel(moment, tick=False):
        authenticate(token)
    with time_machine.travel(moment + timedelta(seconds=59), tick=False):
        authenticate(token)
        assert list_tokens(shop).tokens[0].last_used_at == moment
    with time_machine.travel(moment + timedelta(seconds=61), tick=False):
        authenticate(token)
        assert list_tokens(shop).tokens[0].last_used_at == moment + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        (" ", ["read:catalog"], 30, "name_missing"),
        ("x" * 81, ["read:catalog"], 30, "name_missing"),
        ("a", [], 30, "scopes_missing"),
        ("a", ["read:all"], 30, "scope_unknown"),
        ("a", ["read:catalog"], 0, "bad_expiry"),
        ("a", ["read:catalog"], MOST_DAYS + 1, "bad_expiry"),
    ],
)
def test_an_unfit_token_is_not_made(shop, name, scopes, days, code):
    with pytest.raises(Refusal) as refused:
        make_token(shop, name, scopes, days=days)
    assert refused.value.code == code
    assert list_tokens(shop).tokens == []
    assert not ShopKey.objects.filter(kind=KeyKind.API).exists()


def test_a_shop_has_so_many_tokens_and_no_more(shop):
    for _ in range(MOST_TOKENS):
        make(shop)
    with pytest.raises(Refusal) as refused:
        make(shop)
    assert refused.value.code == "too_many_tokens"
    assert len(list_tokens(shop).tokens) == MOST_TOKENS


def test_the_command_prints_the_token_alone(shop, capsys):
    call_command("make_token", "first", scopes=["read:catalog"], days=7)
    token = capsys.readouterr().out.strip()
    assert authenticate(token).scopes == {"read:catalog"}
    call_command("make_token", "first")
    assert authenticate(capsys.readouterr().out.strip()).scopes == {s for s in known_scopes() if s.startswith("read:")}


def test_the_command_says_which_shop_is_missing(db):
    with pytest.raises(CommandError, match="no shop nobody"):
        call_command("make_token", "nobody")
