"""The pages of answers: who may write, what is refused with what was typed, and how a log's line becomes an answer."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.drafts.types import EditedAnswer
from chatbot.answers.models import AnswerVersion, Message
from chatbot.answers.types import EntrySummary
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.drafts import ENTRY
from tests.shopconnect.shops.conftest import make_member, signed_in

TYPED = {
    "entry": ENTRY,
    "expected_etag": "",
    "en-question": "Do you wrap presents?",
    "en-phrases": "gift wrapping\r\n\r\n gift wrapping \r\nwrapping paper",
    "en-answer": "Yes.\r\nFor free.",
    "en-category": "Orders",
}


def member(shop: ShopId, role: Role) -> Client:
    return signed_in(make_member(shop, role, f"{role}-{shop}@example.com"))


@pytest.fixture
def support_page(shop: ShopId) -> Client:
    """The browser of somebody of the support of the shop."""
    return member(shop, Role.SUPPORT)


def etag_on(client: Client, entry: str = ENTRY) -> str:
    page = client.get(f"{reverse('answers:answer')}?entry={entry}").content.decode()
    return re.search(r'name="expected_etag" value="(\w+)"', page)[1]


def save(client: Client, deed: str = "save", **typed: str):
    sent = {**TYPED, "expected_etag": etag_on(client), "deed": deed, **typed}
    return client.post(reverse("answers:save"), sent, follow=True)


def stored(shop: ShopId, entry: str = ENTRY) -> EditedAnswer:
    with shop_scope(shop):
        return edited_answer(entry)


def test_a_draft_is_saved_as_typed_with_one_phrase_a_line(shop: ShopId, support_page: Client):
    page = save(support_page).content.decode()
    wanted = EntrySummary(
        ENTRY, "en", "Do you wrap presents?", "Yes.\nFor free.", ("gift wrapping", "wrapping paper"), "Orders"
    )
    assert stored(shop).texts == {"en": wanted}
    assert "Draft saved" in page
    assert stored(shop).published == {}


def test_an_answer_is_published_and_undone_where_it_is_said(shop: ShopId, support_page: Client):
    page = save(support_page, "publish").content.decode()
    assert "Version 1 of this answer is published." in page
    assert "The assistant is being updated" in page
    support_page.post(reverse("answers:undo", args=[0]), {"entry": ENTRY})
    assert stored(shop).published == {}
    services.index_answers(shop)
    page = save(support_page, "publish").content.decode()
    services.index_answers(shop)
    assert (
        "Shoppers get the published answer"
        in support_page.get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    )
    versions = support_page.get(f"{reverse('answers:versions')}?entry={ENTRY}").content.decode()
    assert all(f"Version {number}" in versions for number in (1, 2, 3))
    assert "<del>" in versions
    assert "<ins>" in versions


def test_a_placeholder_is_named_and_what_was_typed_is_kept(shop: ShopId, support_page: Client):
    answer = save(support_page, "publish", **{"en-answer": "In [3–5 days]."})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Fill in these placeholders before you publish: [3–5 days]" in page
    assert "In [3–5 days].</textarea>" in page
    assert stored(shop).published == {}


def test_two_editors_see_each_others_text(shop: ShopId, support_page: Client):
    old = etag_on(support_page)
    save(member(shop, Role.OWNER), **{"en-answer": "By the owner."})
    answer = save(support_page, expected_etag=old, **{"en-answer": "By support."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "By the owner." in page
    assert "By support.</textarea>" in page
    etag = re.search(r'name="expected_etag" value="(\w+)"', page)[1]
    assert save(support_page, expected_etag=etag, **{"en-answer": "By support."}).status_code == 200
    assert stored(shop).texts["en"].answer == "By support."


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("en-question", "x" * 2_001, "2000"),
        ("fr-answer", "x" * 20_001, "20000"),
        ("en-phrases", "\n".join(str(one) for one in range(201)), "200 phrases"),
        ("en-phrases", "x" * 2_001, "2,000 characters"),
        ("en-category", "\0", "Null characters"),
    ],
)
def test_what_the_api_refuses_is_refused_here(shop: ShopId, support_page: Client, field: str, value: str, told: str):
    answer = save(support_page, **{field: value})
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert stored(shop).texts == {}


def test_analysts_read_and_write_nothing(shop: ShopId, support_page: Client):
    save(support_page, "publish")
    analyst = member(shop, Role.ANALYST)
    page = analyst.get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    assert "Yes." in page
    assert "<fieldset" in page
    assert 'name="deed"' not in page
    for name, args in (("save", []), ("drop_draft", []), ("publish_ready", []), ("undo", [0])):
        assert analyst.post(reverse(f"answers:{name}", args=args), TYPED).status_code == 403
    assert stored(shop).published["en"].question == "Do you wrap presents?"


def test_an_entry_of_another_shop_is_a_new_one_here(shop: ShopId, other_shop: ShopId, support_page: Client):
    save(support_page, "publish")
    stranger = member(other_shop, Role.OWNER)
    assert "Do you wrap" not in stranger.get(f"{reverse('answers:answer')}?entry={ENTRY}").content.decode()
    assert stranger.post(reverse("answers:undo", args=[1]), {"entry": ENTRY}).status_code == 404
    assert stored(other_shop).texts == {}
    assert stored(shop).published


def test_what_is_written_runs_in_nobodys_browser(shop: ShopId, support_page: Client):
    hostile = "</textarea><script>alert(1)</script>"
    page = save(support_page, **{"en-question": hostile, "en-answer": hostile, "en-phrases": hostile}).content.decode()
    assert "<script>alert" not in page
    assert "<script>alert" not in support_page.get(reverse("answers:answers")).content.decode()


@pytest.mark.parametrize("query", ["page=0", "page=x", "text=%00", "exchange=99999999999999999999", "exchange=7"])
def test_strange_queries_of_the_list_do_no_harm(support_page: Client, query: str):
    assert support_page.get(f"{reverse('answers:answers')}?{query}").status_code == 200


@pytest.mark.parametrize("entry", ["%00", "%20", "x" * 256])
def test_what_no_entry_can_be_called_is_not_found(support_page: Client, entry: str):
    assert support_page.get(f"{reverse('answers:answer')}?entry={entry}").status_code == 404


def test_a_line_of_the_log_becomes_a_phrase(faq: ShopId):
    client = member(faq, Role.SUPPORT)
    services.store_question(faq, None, "is my parcel lost? ada@example.com", "en")
    with shop_scope(faq):
        exchange = Message.objects.get(author="shopper").public_id
    listed = client.get(f"{reverse('answers:answers')}?exchange={exchange}").content.decode()
    assert "is my parcel lost?" in listed
    assert f"entry=delivery&amp;exchange={exchange}" in listed
    page = client.get(f"{reverse('answers:answer')}?entry=delivery&exchange={exchange}").content.decode()
    assert "When will my order arrive?\nis my parcel lost?</textarea>" in page
    new = client.get(f"{reverse('answers:answer')}?exchange={exchange}").content.decode()
    assert 'value="is my parcel lost?"' in new
    with shop_scope(faq):
        assert not AnswerVersion.objects.exists()
