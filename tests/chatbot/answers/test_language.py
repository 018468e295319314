"""Each message is read in its own language."""

import pytest

from chatbot.answers.engine.language import find_language
from shopconnect.core.languages import LANGUAGES
from tests.chatbot.example_shops import FOLDER, demo_shop, example_shops

LONG = 5  # words


def messages(language: str) -> list[str]:
    found = (FOLDER / f"{language}.anywhere.txt").read_text(encoding="utf-8").splitlines()
    for shop in [*example_shops(language), demo_shop(language)]:
        found += [message.text for message in shop.messages]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_longer_message_is_read_in_its_language(language: str):
    asked = [text for text in messages(language) if len(text.split()) >= LONG]
    assert len(asked) > 200
    assert sum(find_language(text) == language for text in asked) / len(asked) >= 0.98


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_message_is_seldom_taken_for_another_language(language: str):
    asked = [text for text in messages(language) if len(text.split()) < LONG]
    assert sum(find_language(text) not in (language, None) for text in asked) / len(asked) <= 0.02


@pytest.mark.parametrize("text", ["", "???", "100234", "ok", "😀", "galet", "[email]", "a" * 1000])
def test_what_may_be_either_is_left_open(text: str):
    assert find_language(text) is None
