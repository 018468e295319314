"""What a shopper should not have written is not kept; what support needs stays."""

import pytest

from chatbot.answers.redaction import LONGEST, PLACEHOLDERS, clean, redact, without_placeholders
from shopconnect.core.languages import LANGUAGES
from tests.chatbot.example_shops import FOLDER, demo_shop, example_shops

# Each holds one secret; what is left of it beside the placeholder would be seen.
SECRETS = {
    "[email]": [
        "JEAN@EXAMPLE.FR",
        "marie_claire-99@sub.domaine.example.com",
        "o'neil@example.ie",
        "achat+soldes@example.co.uk",
        "jean.dupont @example.fr",
        "j.d@exa-mple.museum",
    ],
    "[phone]": [
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "01 23 45 67 89",
        "+33612345678",
        "0033 6 12 34 56 78",
        "+1 212 736 5000",
        "(212) 736-5000",
        "212-736-5000",
        "020 7946 0958",
        "0475 12 34 56",
        "079 123 45 67",
        "+32 475 12 34 56",
        "+41 79 123 45 67",
    ],
    "[card]": [
        "5555-5555-5555-4444",
        "6011 1111 1111 1117",
        "4111.1111.1111.1111",
        "4242\u200b424242424242",
        "3782 822463 10005",
        "2223 0031 2200 3222",
    ],
    "[iban]": [
        "DE89 3704 0044 0532 0130 00",
        "BE68539007547034",
        "fr7630006000011234567890189",
        "CH93 0076 2011 6238 5295 7",
        "NL91-ABNA-0417-1643-00",
        "ES9121000418450200051332",
    ],
    "[id]": ["1 85 05 78 006 084 91", "185057800608491", "2 55 08 14 168 025 38"],
    "[address]": [
        "12 rue de la Paix, 75002 Paris",
        "12 bis avenue Jean Jaurès 69007 Lyon",
        "3 impasse des Lilas, 31000 Toulouse",
        "5, boulevard Voltaire 75011 Paris",
        "14 chemin du Moulin",
        "8 allée des Tilleuls",
        "221b Baker Street, London NW1 6XE",
        "10 Downing Street London SW1A 2AA",
        "350 Fifth Avenue, New York NY 10118",
        "1600 Pennsylvania Avenue",
    ],
}
NAMED_SECRETS = [
    ("mot de passe: ", "Soleil75", "[password]"),
    ("mon mdp est ", "Tr0ub4dor&3", "[password]"),
    ("mdp ", "Chaton2024!", "[password]"),
    ("password is ", "hunter2x", "[password]"),
    ("my password: ", "correcthorse", "[password]"),
    ("pwd=", "abc123def", "[password]"),
    ("passcode: ", "7788", "[password]"),
    ("pin ", "4821", "[password]"),
    ("mon code pin est ", "4821", "[password]"),
    ("cvv ", "123", "[card]"),
    ("le cryptogramme est ", "456", "[card]"),
    ("code de sécurité : ", "789", "[card]"),
    ("my security code is ", "1234", "[card]"),
]


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
        "j'ai oublié mon mot de passe",
        "mon mot de passe est oublié",
        "my password is not working",
        "le code pin ne marche pas",
        "10 percent off road bikes",
        "il reste 2 places ?",
        "livrez-vous en rue piétonne",
        "3 cours de poterie pour 2 personnes",
        "commande 0000000000",
        "SIRET 732 829 320 00074",
        "du 12/05/2026 au 14/06/2026",
        "99 route",
    ],
)
def test_what_only_looks_like_a_secret_stays(written: str):
    assert redact(written).text == written


def test_an_address_can_be_found_again_by_its_hash_only():
    assert redact("écrivez à Jean@Example.FR ou a@b.fr").email == "jean@example.fr"
    assert redact("rien ici").email == ""


def test_signs_that_hide_or_turn_words_are_dropped():
    assert clean("a\x00b\u202ec\u200b\ud800 <b>d</b>\n") == "abc <b>d</b>"
    assert len(clean("x" * 10_000)) == LONGEST


def test_marks_say_nothing_to_the_scorer():
    assert without_placeholders("appelez [phone] ou [email]").split() == ["appelez", "ou"]


@pytest.mark.parametrize(("placeholder", "secret"), [(kind, one) for kind, listed in SECRETS.items() for one in listed])
def test_a_secret_leaves_nothing_of_itself(placeholder: str, secret: str):
    for before, after in (("", ""), ("bonjour, ", ""), ("here it is: ", ", thanks")):
        assert redact(f"{before}{secret}{after}").text == f"{before}{placeholder}{after}".strip()


@pytest.mark.parametrize(("name", "secret", "placeholder"), NAMED_SECRETS)
def test_a_secret_that_is_named_goes_and_its_name_stays(name: str, secret: str, placeholder: str):
    once = redact(name + secret).text
    assert once == name + placeholder
    assert redact(once).text == once


def test_no_question_of_a_shopper_is_harmed():
    shops = [*example_shops(), *(demo_shop(language) for language in LANGUAGES)]
    written = [message.text for shop in shops for message in shop.messages]
    for language in LANGUAGES:
        written += (FOLDER / f"{language}.anywhere.txt").read_text(encoding="utf-8").splitlines()
    assert len(written) > 900
    assert [text for text in written if redact(text).text != clean(text)] == []


def test_every_placeholder_is_known_to_the_scorer():
    assert {*SECRETS, *(placeholder for _, _, placeholder in NAMED_SECRETS)} == set(PLACEHOLDERS)
