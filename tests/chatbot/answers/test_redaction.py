"""What a shopper should not have written is not kept; what support needs stays."""

import pytest

from chatbot.answers.redaction import LONGEST, clean, redact, without_placeholders


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("mon mail est Jean.Dupont+achat@example.fr merci", "mon mail est [email] merci"),
        ("jean @ example.co.uk", "[email]"),
        ("appelez le 06 12 34 56 78", "appelez le [phone]"),
        ("0612345678", "[phone]"),
        ("+33 (0)6 12 34 56 78", "[phone]"),
        ("call +44 20 7946 0958 today", "call [phone] today"),
        ("(555) 123-4567", "[phone]"),
        ("carte 4242 4242 4242 4242 exp 12/28", "carte [card] exp 12/28"),
        ("378282246310005", "[card]"),
        ("iban FR76 3000 6000 0112 3456 7890 189 merci", "iban [iban] merci"),
        ("GB82WEST12345698765432 is mine", "[iban] is mine"),
        ("ＪＥＡＮ＠ｅｘａｍｐｌｅ．ｆｒ", "[email]"),
        ("jean\u200b@exam\u200bple.fr", "[email]"),
    ],
)
def test_what_names_a_person_is_taken_out(written: str, kept: str):
    assert redact(written).text == kept


@pytest.mark.parametrize(
    "written",
    [
        "ma commande 123456789 n'est pas là",
        "order 2024-0012345",
        "EAN 3017620422003",
        "suivi 6A12345678901",
        "le 12/05/2026 à 14:30, 12,50 €",
        "order 4242424242424241",
        "10 000 000 euros",
        "taille 38/40",
        "XX12 hello dear friend how are you",
        "#1001",
        "1Z999AA10123456784",
    ],
)
def test_orders_prices_and_dates_stay(written: str):
    assert redact(written).text == written


def test_an_address_can_be_found_again_by_its_hash_only():
    assert redact("écrivez à Jean@Example.FR ou a@b.fr").email == "jean@example.fr"
    assert redact("rien ici").email == ""


def test_signs_that_hide_or_turn_words_are_dropped():
    assert clean("a\x00b\u202ec\u200b\ud800 <b>d</b>\n") == "abc <b>d</b>"
    assert len(clean("x" * 10_000)) == LONGEST


def test_marks_say_nothing_to_the_scorer():
    assert without_placeholders("appelez [phone] ou [email]").split() == ["appelez", "ou"]
