"""FAQ and messages come in and go out the same."""

import pytest

from chatbot.answers import faq_lines
from chatbot.answers.evaluation import evaluate_answers
from chatbot.answers.facts.hours import read_day, save_opening_hours
from chatbot.answers.facts.types import OpeningHours
from chatbot.answers.faq import store_entries, store_test_questions
from chatbot.answers.models import Entry
from chatbot.answers.selectors import count_entries, count_questions, iter_entries, iter_test_questions
from chatbot.answers.types import EntrySummary, TestQuestionSummary
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import NoShop, ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.registry import registered_files
from shopconnect.sync.services import Stored
from tests.chatbot.answers.conftest import FAQ

MESSAGES = (
    TestQuestionSummary("when will my order arrive?", "en", "delivery"),
    TestQuestionSummary("how do i send it back", "en", "returns"),
    TestQuestionSummary("what is the capital of Peru", "en"),
    TestQuestionSummary("quand serai-je remboursé", "fr", "refund"),
    TestQuestionSummary("raconte une histoire", "fr"),
)


def test_storing_twice_changes_nothing(shop: ShopId):
    with shop_scope(shop):
        assert store_entries(FAQ) == Stored(new=6)
        before = list(Entry.objects.order_by("id").values_list("id", "public_id", "changed_at"))
        assert store_entries(FAQ) == Stored(same=6)
        assert list(Entry.objects.order_by("id").values_list("id", "public_id", "changed_at")) == before
        assert store_test_questions(MESSAGES) == Stored(new=5)
        assert store_test_questions(MESSAGES) == Stored(same=5)
    assert Due.objects.filter(shop_id=shop, kind="index_answers").count() == 1


def test_a_changed_entry_keeps_its_public_id(faq: ShopId):
    with shop_scope(faq):
        before = Entry.objects.get(external_id="refund", language="en")
        changed = EntrySummary(
            "refund", "en", "When do I get my refund?", "After six days.", ("Where is my money?",), "Returns"
        )
        assert store_entries([changed]) == Stored(changed=1)
        after = Entry.objects.get(external_id="refund", language="en")
    assert (after.pk, after.public_id, after.answer) == (before.pk, before.public_id, "After six days.")
    assert after.changed_at > before.changed_at


def test_what_went_in_comes_out_by_id_then_language(faq: ShopId):
    with shop_scope(faq):
        store_test_questions(MESSAGES)
        assert list(iter_entries()) == sorted(FAQ, key=lambda one: (one.external_id, one.language))
        assert set(iter_test_questions()) == set(MESSAGES)
        assert count_entries() == {"en": 3, "fr": 3}
        assert count_questions() == len({one.external_id for one in FAQ}) < len(FAQ)
        files = {file.name: file for file in registered_files()}
        assert [files["faq"].read(line) for line in files["faq"].export()] == list(iter_entries())
        assert [files["messages"].read(line) for line in files["messages"].export()] == list(iter_test_questions())


def test_another_shop_sees_no_entry(faq: ShopId, other_shop: ShopId):
    with shop_scope(other_shop):
        assert list(iter_entries()) == []
    with pytest.raises(NoShop):
        list(iter_entries())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": ""}, '"id" is missing.'),
        ({"language": "de"}, '"language" must be one of: en, fr.'),
        ({"language": ""}, '"language" is missing.'),
        ({"question": None}, '"question" is missing.'),
        ({"answer": 3}, '"answer" must be a string.'),
        ({"phrases": "one"}, '"phrases" must be a list of strings.'),
        ({"phrases": [1]}, '"phrases" must be a list of strings.'),
        ({"phrases": ["one"] * 201}, '"phrases" has more than 200 entries.'),
        ({"question": "x" * 2001}, '"question" is longer than 2,000 characters.'),
    ],
)
def test_a_bad_line_is_named_and_not_quoted(change: dict[str, object], sentence: str):
    line = {"id": "a", "language": "en", "question": "Q?", "answer": "A.", "phrases": [], "category": ""}
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        faq_lines.read_entry(line | change)


def test_figures_are_those_of_the_interchange(faq: ShopId):
    with shop_scope(faq):
        store_test_questions(MESSAGES)
    heard: list[tuple[int, int]] = []
    figures = evaluate_answers(faq, progress=lambda done, of: heard.append((done, of)))
    assert list(figures) == [
        "cases",
        "scorer",
        "accuracy",
        "hit3",
        "answered_share",
        "answered_precision",
        "leak",
        "fact_share",
        "fact_leak",
        "auroc",
        "intervals",
        "milliseconds_p50",
        "milliseconds_p95",
    ]
    assert (figures["cases"], figures["accuracy"], figures["hit3"], figures["leak"]) == (5, 1.0, 1.0, 0.0)
    assert (figures["answered_share"], figures["answered_precision"], figures["auroc"]) == (0.6, 1.0, 1.0)
    assert heard[-1] == (5, 5)


def test_what_the_shops_data_answer_is_measured_as_it_is_served(faq: ShopId):
    with shop_scope(faq):
        save_opening_hours(OpeningHours((read_day("9-17"),) * 7))
    asked = [
        TestQuestionSummary("How long does delivery take?", "en", "delivery"),
        TestQuestionSummary("where is my order #100234", "en", "delivery"),
        TestQuestionSummary("are you open on Sunday?", "en", None),
        TestQuestionSummary("who won the match", "en", None),
    ]
    figures = evaluate_answers(faq, asked)
    assert (figures["answered_share"], figures["leak"]) == (0.25, 0.0)
    assert (figures["fact_share"], figures["fact_leak"]) == (0.5, 0.5)


def test_figures_are_null_where_nothing_is_counted(faq: ShopId):
    all_answerable = evaluate_answers(faq, MESSAGES[:2])
    assert (all_answerable["auroc"], all_answerable["leak"]) == (None, None)
    assert evaluate_answers(faq, [])["cases"] == 0
    assert evaluate_answers(faq, [TestQuestionSummary("wo ist mein Paket", "de", "delivery")])["accuracy"] == 0.0
