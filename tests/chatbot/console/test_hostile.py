"""What shoppers and staff write to have it run is a text behind every door: pages, programs, files, e-mails."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from chatbot.answers.types import Author
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.alerts import ASSIGNED
from chatbot.console.mail.letters import mail_reply
from chatbot.console.models import ReplyAddress
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.notifications.notices import choose_mail, mail_notice
from shopconnect.shops.models import ShopProfile
from shopconnect.sync.services import export_folder, load_folder
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.spoken import DRAFT, EMAIL, Spoken, say_everywhere
from tests.chatbot.console.test_inbox import signed_in
from tests.chatbot.console.test_mail import link_in
from tests.hostile import HOSTILE_TEXTS, ODD_TEXTS, RUN, problems_in, words_in
from tests.shopconnect.api.conftest import caller
from tests.shopconnect.sync.folders import plain_folder

__all__ = ["caller", "faq", "shopper"]
TEXTS = (*HOSTILE_TEXTS, *ODD_TEXTS)
NAME = f"<img/src=x/onerror={RUN}>\r\nBcc: victim@example.com"


@pytest.fixture
def spoken(faq: ShopId) -> Spoken:
    """What stands in a shop in which everybody is hostile, its name too."""
    with shop_scope(faq):
        ShopProfile.objects.update(name=NAME)
    return say_everywhere(faq, TEXTS, NAME)


def pages_of(spoken: Spoken) -> dict[str, str]:
    """Every page on which staff read what shoppers or staff wrote."""
    first = HOSTILE_TEXTS[0]
    talk = reverse("console:conversation", args=[spoken.talk])
    asked = {
        "console:inbox": [{"view": "all"}, {"view": "all", "text": first, "label": first[:40], "assignee": first}],
        "console:log": [{}, {"text": first, "from": first}],
        "console:inbox_settings": [{}, {"reply": str(spoken.reply)}],
        "console:confidence": [{}],
        "teaching:questions": [{}, {"state": first}],
        "teaching:reports": [{}],
        "teaching:effect": [{"entry": DRAFT}, {"entry": first}],
        "answers:answers": [{}, {"exchange": str(spoken.exchange)}],
        "answers:answer": [{"entry": "h0"}, {"entry": DRAFT}, {"entry": first}],
        "answers:versions": [{"entry": "h0"}],
        "chat_quality:quality": [{"from": first}],
        "notifications:notices": [{}],
        "accounts:members": [{}],
        "ui:search": [{"q": "script"}, {"q": first}],
        "dashboard:home": [{}],
    }
    return {f"{talk}?text={first}": talk} | {
        f"{name} {number}": reverse(name, query=query)
        for name, queries in asked.items()
        for number, query in enumerate(queries)
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_no_page_of_the_staff_does_anything_run(faq: ShopId, spoken: Spoken, language: str):
    owner = signed_in(faq, Role.OWNER)
    talk = reverse("console:conversation", args=[spoken.talk])
    seen = {
        name: owner.get(url, headers={"accept-language": language}).content.decode()
        for name, url in pages_of(spoken).items()
    }
    for place, text in enumerate(HOSTILE_TEXTS):  # what is refused is shown again
        typed = owner.post(reverse("console:act", args=[spoken.talk]), {"act": "reply", "text": text})
        canned = owner.post(reverse("console:inbox_settings"), {"shortcut": text, "language": "en", "text": text})
        assert (typed.status_code, canned.status_code) == (409, 400)
        seen |= {f"typed {place}": typed.content.decode(), f"canned {place}": canned.content.decode()}
    assert {name: problems for name, page in seen.items() if (problems := problems_in(page))} == {}
    words = words_in(owner.get(talk).content.decode())
    assert [text for text in HOSTILE_TEXTS if words.count("".join(text.split())) < 3] == []


def test_what_would_run_is_found():
    harmless = ("&lt;", "[click]", "{{", "<scr<script>")  # until something turns or takes out a part of them
    assert [text for text in HOSTILE_TEXTS if bool(problems_in(text)) == text.startswith(harmless)] == []


def test_shoppers_and_programs_are_told_texts_as_they_were_written(
    faq: ShopId, spoken: Spoken, shopper: Client, caller: Callable[..., Client]
):
    told, after = [], ""
    while True:
        answer = post(shopper, faq, {"conversation": spoken.token, "after": after}, "since")
        assert answer["Content-Type"].startswith("application/json")
        assert answer["X-Content-Type-Options"] == "nosniff"
        told += answer.json()["messages"]
        if not answer.json()["more"]:
            break
        after = told[-1]["message"]
    by_staff = [one["text"] for one in told if one["author"] == Author.STAFF]
    assert by_staff == [text.replace("\r", "") for text in TEXTS]
    assert set(HOSTILE_TEXTS) <= {one["text"] for one in told if one["author"] == Author.BOT}
    assert not any(one["author"] == Author.NOTE for one in told)
    for path in ("chats", f"chats/{spoken.talk}", "tickets", f"tickets/{spoken.reference}", "faq"):
        answer = caller(faq).get(f"/api/v1/{path}")
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        json.loads(answer.content)


def said_in(folder: Path) -> list[str]:
    """What a shop's folder holds of what was said, in whatever parts."""
    with gzip.open(folder / "chats.jsonl.gz", "rt") as lines:
        return [message.get("text", "").replace("\r", "") for line in lines for message in json.loads(line)["messages"]]


def test_files_hold_texts_and_no_formulas(faq: ShopId, spoken: Spoken, tmp_path: Path):
    export_folder(faq, tmp_path / "a")
    report = load_folder("moved", plain_folder(tmp_path / "a"))
    assert {name: report.counts[name].bad for name in ("chats", "tickets", "faq")} == dict.fromkeys(
        ("chats", "tickets", "faq"), 0
    )
    export_folder(report.shop_id, tmp_path / "b")
    assert said_in(tmp_path / "b") == said_in(tmp_path / "a")
    assert set(HOSTILE_TEXTS) <= set(said_in(tmp_path / "a"))
    figures = b"".join(signed_in(faq, Role.ANALYST).get(reverse("chat_quality:csv")).streaming_content).decode()
    rows = list(csv.reader(figures.removeprefix("\ufeff").splitlines()))
    assert len({len(row) for row in rows}) == 1
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell] == []
    assert RUN not in figures


def test_mails_are_plain_and_have_one_reader_and_one_line_of_subject(faq: ShopId, spoken: Spoken):
    with shop_scope(faq):
        mail_reply(faq, ReplyAddress.objects.get().pk)
    other = signed_in(faq, Role.SUPPORT).get("/").wsgi_request.user.pk
    inbox.assign_conversation(faq, spoken.agent, spoken.talk, other)
    with shop_scope(faq):
        notice = Notice.objects.get(kind=ASSIGNED)
    choose_mail(faq, other, ASSIGNED, by_mail=True)
    mail_notice(faq, notice.pk)
    letter, told = mail.outbox
    assert [one.to for one in mail.outbox] == [[EMAIL], [f"support-{faq}@example.com"]]
    for one in mail.outbox:
        assert (one.content_subtype, one.cc, one.bcc, one.attachments) == ("plain", [], [], [])
        assert getattr(one, "alternatives", []) == []
        assert len(one.subject.splitlines()) == 1
        raw = one.message()
        assert raw.get_content_type() == "text/plain"
        assert raw["Bcc"] is None
        assert [name for name in raw if raw.get_all(name) != [raw[name]]] == []
    assert [text for text in HOSTILE_TEXTS if text not in letter.body] == []
    assert RUN in told.body
    link, browser = link_in(letter), Client()
    unopened = browser.get(link).content.decode()
    browser.post(link, {"act": "open"})
    refused = browser.post(link, {"act": "reply", "text": HOSTILE_TEXTS[0] * 40})
    assert refused.status_code == 413
    for page in (unopened, browser.get(link).content.decode(), refused.content.decode()):
        assert problems_in(page) == []
    words = words_in(browser.get(link).content.decode())
    assert [text for text in HOSTILE_TEXTS if "".join(text.split()) not in words] == []
