"""A message that leaves out what the one before has said is read together with it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.follow_up import find_follow_up
from chatbot.answers.engine.index import build_index
from chatbot.answers.types import AnswerOutcome, Before
from shopconnect.core.languages import LANGUAGES
from tests.chatbot.example_shops import demo_shop, example_shops

FILE = Path(__file__).parents[2] / "data/chat/follow_ups.jsonl"
SHOPS = {language: demo_shop(language) for language in LANGUAGES}
INDEXES = {language: build_index(shop.entries, language) for language, shop in SHOPS.items()}


def turns(language: str, *, is_elliptical: bool) -> list[Mapping[str, str]]:
    """The lines of the file in a language; the last third of each are messages that say it all."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["language"] == language and line["elliptical"] == is_elliptical]


def names(language: str) -> list[str]:
    return [entry.external_id for entry in SHOPS[language].entries]


def before(turn: Mapping[str, str]) -> Before:
    place = names(turn["language"]).index(turn["before_entry"])
    return Before(turn["before"], SHOPS[turn["language"]].entries[place].question, place)


def best(turn: Mapping[str, str], *, with_turn_before: bool) -> list[str]:
    decision = decide(INDEXES[turn["language"]], turn["text"], before(turn) if with_turn_before else None)
    return [names(turn["language"])[one.position] for one in decision.candidates[:3]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_turn_before_makes_an_elliptical_message_plain(language: str):
    asked = turns(language, is_elliptical=True)
    together = [best(turn, with_turn_before=True) for turn in asked]
    alone = [best(turn, with_turn_before=False) for turn in asked]
    expected = [turn["expect"] for turn in asked]
    assert sum(found[0] == one for found, one in zip(together, expected, strict=True)) >= 16
    assert sum(one in found for found, one in zip(together, expected, strict=True)) >= 23
    assert sum(found[:1] == [one] for found, one in zip(alone, expected, strict=True)) <= 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_that_says_it_all_is_read_alone(language: str):
    for turn in turns(language, is_elliptical=False):
        assert find_follow_up(turn["text"], language) is None
        assert best(turn, with_turn_before=True)[0] == turn["expect"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_any_first_message_looks_elliptical(language: str):
    asked = [message.text for shop in [*example_shops(language), SHOPS[language]] for message in shop.messages]
    assert sum(find_follow_up(text, language) is not None for text in asked) / len(asked) <= 0.02


@pytest.mark.parametrize(("language", "text"), [("fr", "c'est combien ?"), ("en", "how much?")])
def test_an_answer_just_given_is_not_given_again(language: str, text: str):
    place = names(language).index("delivery-abroad")
    asked = {"fr": "vous livrez en Belgique ?", "en": "do you deliver to Belgium?"}[language]
    said = Before(asked, SHOPS[language].entries[place].question, place)
    decision = decide(INDEXES[language], text, said)
    assert decision.outcome != AnswerOutcome.ANSWER or decision.candidates[0].position != place


@pytest.mark.parametrize(
    ("language", "asked", "first", "second"),
    [
        ("fr", "combien coûte la livraison ?", "et pour la Suisse ?", "et en Belgique ?"),
        ("en", "how much is delivery?", "and for Switzerland?", "and to Belgium?"),
    ],
)
def test_a_follow_up_may_follow_a_follow_up(language: str, asked: str, first: str, second: str):
    place = names(language).index("delivery-cost")
    question = SHOPS[language].entries[place].question
    for said, text in [(asked, first), (first, second)]:
        assert decide(INDEXES[language], text, Before(said, question, place)).candidates[0].position == place
