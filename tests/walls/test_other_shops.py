"""What was said in a shop is read and changed by its own people alone: every path is tried with ids of another shop."""

import re
from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import Any

import pytest
from django.test import Client

from chatbot.answers.faq import store_entries
from chatbot.console.inbox.views import ACTS, MANY_ACTS
from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import FAQ, faq
from tests.chatbot.console.spoken import DRAFT, Spoken, say_everywhere
from tests.chatbot.console.test_inbox import signed_in
from tests.shopconnect.api.conftest import caller
from tests.walls.test_twice import rows_of
from tests.walls.test_url_guards import MEMBER, OURS, TOKEN

__all__ = ["caller", "faq"]
SECRET = "Zanzibarsecret"
ROOMS = ("answers:", "console:", "teaching:", "chat_quality:", "notifications:")
PAGES = [(path, name) for path, name, view in OURS if view.guard == MEMBER and name.startswith(ROOMS)]
PROGRAMS = [path for path, name, view in OURS if view.guard == TOKEN and name.startswith("rest:")]
# What others than owners and support see, and what of the rest is the owner's alone: a new page is the desk's.
ANALYSTS = {
    "answers:answers",
    "answers:answer",
    "answers:versions",
    "chat_quality:quality",
    "chat_quality:csv",
    "notifications:notices",
    "notifications:choose",
}
OWNERS = {
    "answers:composition",
    "answers:allow_model",
    "answers:withdraw_model",
    "answers:allowed",
    "notifications:ask_address",
    "notifications:cancel_address",
    "notifications:forget_address",
}


OF_OWN_READING = frozenset({"shops_auditentry", "accounts_apitoken"})  # who reads, and when a token was last used


@pytest.fixture
def theirs(other_shop: ShopId) -> Spoken:
    """What stands in another shop."""
    with shop_scope(other_shop):
        store_entries(FAQ)
    return say_everywhere(other_shop, [SECRET], SECRET)


def filled(path: str, given: object) -> str:
    return "/" + re.sub(r"<\w+:\w+>", str(given), path)


def forms(theirs: Spoken) -> Iterator[dict[str, Any]]:
    """What any form of these pages sends, each with the ids of what is another shop's."""
    ids = {
        "conversation": [theirs.talk],
        "exchange": theirs.exchange,
        "reply": theirs.reply,
        "group": theirs.group,
        "report": theirs.report,
        "to": theirs.agent,
        "seen": theirs.agent,
    }
    said = {"text": "Mine.", "labels": "mine", "span": "hour", "shortcut": "mine", "language": "en", "reason": "wrong"}
    for act in {*ACTS, *MANY_ACTS}:
        yield ids | said | {"act": act, "state": "dismissed", "entry": DRAFT, "writing": "1"}
    yield {"delete": theirs.reply}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_others(faq: ShopId, role: Role):
    names = {name for _path, name in PAGES}
    assert names >= ANALYSTS | OWNERS
    client = signed_in(faq, role)
    refused = {
        name
        for path, name in PAGES
        if 403 in (client.get(filled(path, 1)).status_code, client.post(filled(path, 1)).status_code)
    }
    expected = {Role.OWNER: set(), Role.SUPPORT: OWNERS, Role.ANALYST: names - ANALYSTS}
    assert refused == expected[role]


@pytest.mark.parametrize("who", [*Role, None])
def test_no_page_reads_or_changes_another_shop(faq: ShopId, other_shop: ShopId, theirs: Spoken, who: Role | None):
    client = signed_in(faq, who) if who else Client()
    if who is None:  # signed in, and of no shop
        client.force_login(User.objects.create_user("nobody@example.com", "Lavande-2026-provence"))
    before, sent = rows_of(other_shop, frozenset()), list(forms(theirs))
    shown = set()
    for path, name in PAGES:
        for given in {theirs.talk, theirs.exchange} if "<" in path else {0}:
            answers = [client.get(filled(path, given), sent[0])]
            acts = sent if "act" in name else (sent[0], sent[-1])
            answers += [client.post(filled(path, given), form) for form in acts]
            shown |= {name for answer in answers if SECRET.encode() in b"".join(answer)}
    assert shown == set()
    assert rows_of(other_shop, frozenset()) == before


def test_the_same_tries_read_and_change_the_own_shop(other_shop: ShopId, theirs: Spoken):
    client = signed_in(other_shop, Role.OWNER)
    before = rows_of(other_shop, frozenset())
    asked = {"entry": DRAFT, "exchange": theirs.exchange}
    pages = {name: client.get(filled(path, theirs.talk), asked) for path, name in PAGES}
    shown = {name for name, page in pages.items() if SECRET.encode() in b"".join(page)}
    assert shown >= {"console:inbox", "console:conversation", "console:log", "teaching:reports", "answers:answer"}
    for path, _name in PAGES:
        for form in forms(theirs):
            client.post(filled(path, theirs.talk), form)
    after = rows_of(other_shop, frozenset())
    changed = {table for table in before | after if before.get(table) != after.get(table)}
    assert changed >= {
        "answers_message",
        "console_ticket",
        "console_cannedreply",
        "teaching_questiongroup",
        "teaching_answerreport",
    }


def test_no_program_reads_or_changes_another_shop(
    faq: ShopId, other_shop: ShopId, theirs: Spoken, caller: Callable[..., Client]
):
    mine, own = caller(faq), caller(other_shop)
    before = rows_of(other_shop, OF_OWN_READING)
    names, opened = astuple(theirs), set()
    for path in PROGRAMS:
        for given in names if "<" in path else ("",):
            answers = [mine.get(filled(path, given), {"entry": DRAFT})]
            answers += [
                mine.generic(method, filled(path, given), "{}", content_type="application/json")
                for method in ("PUT", "POST", "PATCH", "DELETE")
            ]
            assert [answer for answer in answers if SECRET.encode() in answer.content] == []
            opened |= {path} if own.get(filled(path, given)).status_code == 200 else set()
    assert rows_of(other_shop, OF_OWN_READING) == before
    assert {one for one in opened if "chats" in one or "tickets" in one} == {
        one for one in PROGRAMS if "chats" in one or "tickets" in one
    }
