"""Words as a search compares them."""

import pytest

from shopconnect.core.words import MOST_WORDS, has_words, indexed_words, query_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mug en GRÈS ocre", ["mug", "en", "gres", "ocre"]),
        ("L’œuvre d'été", ["l", "oeuvre", "d", "ete"]),
        ("straße STRASSE", ["strasse"]),
        ("ΜΟΥΣΙΚΌΣ", ["μουσικοσ"]),
        ("Ёлка, ёлка", ["елка"]),
        ("हिन्दी किताब", ["हिनदी", "किताब"]),
        ("AB-123/x", ["ab", "123", "x"]),
        ("— ? 💡", []),
    ],
)
def test_words_are_compared_without_case_and_accents_in_any_script(text, words):
    assert query_words(text) == words


@pytest.mark.parametrize("typed", ["ocre mu", "grès", "GRES OCRE MUG", ""])
def test_words_are_found_by_their_beginnings_in_any_order(typed):
    assert has_words(query_words(typed), "Mug en grès ocre")


@pytest.mark.parametrize("typed", ["mug bleu", "cre"])
def test_every_word_must_begin_one(typed):
    assert not has_words(query_words(typed), "Mug en grès ocre")


def test_a_script_without_spaces_is_found_from_any_sign_on():
    assert has_words(query_words("マグ"), "陶器マグカップ")
    assert len(indexed_words(["陶器"])) == 2


def test_a_hostile_text_asks_for_few_words():
    assert len(query_words("a b c d e f g h i j k l " * 1000)) == MOST_WORDS
