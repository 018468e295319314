"""What a merchant writes is kept, refused where it would be lost or half, published as a version, and undone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from chatbot.answers import knowledge
from chatbot.answers.drafts import services
from chatbot.answers.drafts.selectors import edited_answer, list_answers, list_versions, published_texts
from chatbot.answers.drafts.texts import etag_of, placeholders_in
from chatbot.answers.drafts.trials import ask_trial, find_trial, run_trial
from chatbot.answers.drafts.types import EditedAnswer
from chatbot.answers.faq import store_entries
from chatbot.answers.models import AnswerTrial
from chatbot.answers.services import index_answers
from chatbot.answers.types import AnswerOutcome, EntrySummary
from shopconnect.accounts.models import User
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.drafts import ENTRY, texts_for

NOTHING = etag_of({})


@pytest.fixture
def author(db: None) -> int:
    """Somebody who writes answers."""
    return User.objects.create_user("ada@example.com", "x", name="Ada").pk


def edited(shop: ShopId, entry: str = ENTRY) -> EditedAnswer:
    with shop_scope(shop):
        return edited_answer(entry)


def published(shop: ShopId, author: int, answer: str, before: str = NOTHING) -> str:
    """Write and publish an answer; returns its etag."""
    etag = services.save_draft(shop, author, ENTRY, texts_for(answer), before)
    services.publish_draft(shop, author, ENTRY, etag)
    return etag


def test_a_draft_is_seen_by_no_shopper_until_it_is_published(shop: ShopId, author: int):
    etag = services.save_draft(shop, author, ENTRY, texts_for(), NOTHING)
    assert edited(shop).published == {}
    assert edited(shop).texts == texts_for()
    with shop_scope(shop):
        assert not Due.objects.filter(kind="index_answers").exists()
    assert services.publish_draft(shop, author, ENTRY, etag) == 1
    assert edited(shop).published == texts_for()
    assert edited(shop).draft is None
    with shop_scope(shop):
        assert Due.objects.filter(kind="index_answers").exists()


def test_publishing_twice_is_publishing_once(shop: ShopId, author: int):
    etag = published(shop, author, "Yes.")
    assert services.publish_draft(shop, author, ENTRY, etag) == 1
    with shop_scope(shop):
        assert [one.number for one in list_versions(ENTRY)] == [1]


def test_of_two_editors_at_once_neither_loses_a_word(shop: ShopId, author: int):
    services.save_draft(shop, author, ENTRY, texts_for("First."), NOTHING)
    with pytest.raises(Refusal) as refused:
        services.save_draft(shop, author, ENTRY, texts_for("Second."), NOTHING)
    assert refused.value.code == "draft_changed"
    assert edited(shop).texts["en"].answer == "First."
    services.save_draft(shop, author, ENTRY, texts_for("First."), NOTHING)  # a double click is no conflict
    services.save_draft(shop, author, ENTRY, texts_for("Second."), edited(shop).etag)
    assert edited(shop).texts["en"].answer == "Second."


@pytest.mark.django_db(transaction=True)
def test_two_that_save_in_the_same_moment_are_told_apart(shop: ShopId, author: int):
    def save(answer: str) -> str:
        try:
            services.save_draft(shop, author, ENTRY, texts_for(answer), NOTHING)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(save, ("One.", "Two.", "Three.", "Four.")))
    assert sorted(told) == ["draft_changed", "draft_changed", "draft_changed", "saved"]


def test_what_was_looked_at_is_published_and_nothing_else(shop: ShopId, author: int):
    etag = services.save_draft(shop, author, ENTRY, texts_for("First."), NOTHING)
    services.save_draft(shop, author, ENTRY, texts_for("Second."), etag)
    with pytest.raises(Refusal, match="Someone else"):
        services.publish_draft(shop, author, ENTRY, etag)
    assert edited(shop).published == {}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("In [3–5 days], from [our town].", "[3–5 days], [our town]"),
        (" ", "English version needs both"),
        ("half a pair: \ud83d", "invalid characters"),
        ("x" * 20_001, "longer than 20,000"),
    ],
)
def test_what_is_half_or_would_be_refused_elsewhere_is_not_published(author: int, shop: ShopId, answer: str, told: str):
    texts = texts_for(answer)
    with pytest.raises(Refusal) as refused:
        services.publish_draft(shop, author, ENTRY, services.save_draft(shop, author, ENTRY, texts, NOTHING))
    assert told in refused.value.message
    assert edited(shop).published == {}


def test_a_link_in_square_brackets_is_no_placeholder():
    assert placeholders_in(texts_for("See [our page](https://example.com) within [14 days].")) == ["[14 days]"]


def test_versions_are_undone_and_nothing_of_them_is_lost(shop: ShopId, author: int):
    etag = published(shop, author, "First.")
    published(shop, author, "Second.", etag)
    services.undo_to(shop, author, ENTRY, 1)
    assert edited(shop).published["en"].answer == "First."
    services.undo_to(shop, author, ENTRY, 1)  # holds already
    with shop_scope(shop):
        told = [(one.number, one.undoes, one.who) for one in list_versions(ENTRY)]
    assert told == [(3, 1, "Ada"), (2, None, "Ada"), (1, None, "Ada")]
    with pytest.raises(Missing):
        services.undo_to(shop, author, ENTRY, 9)


def test_what_is_unpublished_is_a_draft_again(shop: ShopId, author: int):
    published(shop, author, "Yes.")
    services.undo_to(shop, author, ENTRY, 0)
    assert edited(shop).published == {}
    assert edited(shop).texts["en"].answer == "Yes."
    assert services.publish_draft(shop, author, ENTRY, edited(shop).etag) == 3


def test_what_the_api_wrote_is_kept_as_a_version(shop: ShopId, author: int):
    with shop_scope(shop):
        store_entries([EntrySummary(ENTRY, "en", "Wrapping?", "By the API.")])
    published(shop, author, "By Ada.", edited(shop).etag)
    services.undo_to(shop, author, ENTRY, 1)
    with shop_scope(shop):
        assert [one.who for one in list_versions(ENTRY)] == ["Ada", "Ada", ""]
        assert {one.answer for one in published_texts(ENTRY).values()} == {"By the API."}


def test_complete_drafts_are_published_at_once_and_others_wait(shop: ShopId, author: int):
    services.save_draft(shop, author, "a", texts_for("Yes.", "a"), NOTHING)
    services.save_draft(shop, author, "b", texts_for("In [days].", "b"), NOTHING)
    assert services.publish_ready(shop, author) == (1, 1)
    with shop_scope(shop):
        rows = {row.entry: (row.is_published, row.is_draft, row.missing) for row in list_answers([])}
        assert rows == {"a": (True, False, ()), "b": (False, True, ())}
        assert [row.entry for row in list_answers(["paquets"])] == ["b", "a"]
        assert list_answers(["xylophone"]) == []


def test_a_language_that_is_not_written_is_missing_and_goes_when_it_is_taken_out(shop: ShopId, author: int):
    etag = published(shop, author, "Yes.")
    services.publish_draft(
        shop, author, ENTRY, services.save_draft(shop, author, ENTRY, {"fr": texts_for()["fr"]}, etag)
    )
    assert list(edited(shop).published) == ["fr"]
    with shop_scope(shop):
        assert [row.missing for row in list_answers([])] == [("en",)]


def test_a_question_is_tried_on_the_draft_and_on_what_is_published(faq: ShopId, author: int):
    services.save_draft(faq, author, ENTRY, texts_for(), NOTHING)
    ask_trial(faq, ENTRY, "can you wrap it as a present? ada@example.com", "en")
    with shop_scope(faq):
        row = AnswerTrial.objects.get()
        assert "ada@" not in row.asked
        waiting = find_trial(ENTRY)
    assert (waiting.draft, waiting.published) == (None, None)
    run_trial(faq, row.pk)
    run_trial(faq, row.pk)  # answered already
    with shop_scope(faq):
        trial = find_trial(ENTRY)
    assert (trial.draft.outcome, trial.draft.answer) == (AnswerOutcome.ANSWER, "Yes, for free.")
    assert trial.draft.candidates[0].entry == ENTRY
    assert len(trial.draft.candidates) == 3
    assert trial.published.outcome != AnswerOutcome.ANSWER
    assert trial.published.confidence < trial.draft.confidence
    assert ENTRY not in {one.entry for one in trial.published.candidates}


def test_what_is_published_is_not_indexed_again_for_a_trial(faq: ShopId, author: int, monkeypatch: pytest.MonkeyPatch):
    index_answers(faq)
    monkeypatch.delattr("chatbot.answers.knowledge.build_index")
    ask_trial(faq, ENTRY, "when will my order arrive?", "en")
    with shop_scope(faq):
        row = AnswerTrial.objects.get()
    run_trial(faq, row.pk)
    with shop_scope(faq):
        assert find_trial(ENTRY).published.outcome == AnswerOutcome.ANSWER


def test_an_answer_is_served_once_its_index_is_built(shop: ShopId, author: int):
    published(shop, author, "Yes.")
    assert not knowledge.is_served(shop, "en")
    index_answers(shop)
    assert knowledge.is_served(shop, "en")
    assert knowledge.is_served(shop, "fr")


def test_another_shops_drafts_are_not_seen(shop: ShopId, other_shop: ShopId, author: int):
    published(shop, author, "Yes.")
    assert edited(other_shop).texts == {}
    with shop_scope(other_shop):
        assert list_answers([]) == []
