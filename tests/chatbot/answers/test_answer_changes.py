"""What changed between versions of an answer: words and phrases, in both languages."""

import pytest

from chatbot.answers.drafts.changes import compare_texts, compare_versions
from chatbot.answers.drafts.types import AnswerVersionSummary, ChangeKind, TextPiece
from chatbot.answers.types import EntrySummary
from shopconnect.core.clock import now

MARKS = {ChangeKind.SAME: "{}", ChangeKind.ADDED: "+{}+", ChangeKind.REMOVED: "-{}-"}


def marked(pieces: tuple[TextPiece, ...]) -> str:
    return "".join(MARKS[piece.kind].format(piece.text) for piece in pieces)


def version(number: int, **texts: EntrySummary) -> AnswerVersionSummary:
    return AnswerVersionSummary(number=number, texts=texts, who="", at=now(), undoes=None)


def text(language: str, answer: str, *phrases: str) -> EntrySummary:
    return EntrySummary("returns", language, "Returns?", answer, phrases)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("In 14 days.", "In 14 days.", "In 14 days."),
        ("In 14 days.", "In 30 days.", "In -14- +30+ days."),
        ("In 14 days.", "In 14 days. Free.", "In 14 days. +Free.+"),
        ("Free. In 14 days.", "In 14 days.", "-Free.- In 14 days."),
        ("One.\nTwo.", "One.\nTwo.\nThree.", "One.\nTwo.\n+Three.+"),
        ("One. Two.", "One.\nTwo.", "One. -Two.-\n+Two.+"),
        ("", "Ça marche !", "+Ça marche !+"),
        ("Gone", "", "-Gone-"),
        ("", "", ""),
    ],
)
def test_words_that_were_added_and_removed_are_told_apart(old: str, new: str, told: str):
    assert marked(compare_texts(old, new)) == told


def test_each_version_is_compared_with_the_one_before_in_each_language():
    third, second, first = compare_versions(
        [
            version(3, en=text("en", "In 30 days.", "send back"), fr=text("fr", "Sous 30 jours.")),
            version(2),
            version(1, en=text("en", "In 14 days.", "give back", "send back")),
        ]
    )
    english, french = third.texts
    assert marked(english.answer) == "In -14- +30+ days."
    assert [marked((one,)) for one in english.phrases] == ["send back", "-give back-"]
    assert english.has_new_phrases
    assert marked(french.question) == "+Returns?+"
    assert second.texts == ()
    assert marked(first.texts[0].answer) == "In 14 days."
    assert not first.texts[0].has_new_phrases
