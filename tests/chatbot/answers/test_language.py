"""Each message is read in its own language."""

import pytest

from chatbot.answers.engine.language import find_language, is_foreign
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


FOREIGN = """
Wann kommt mein Paket an?
Sprechen Sie Deutsch?
Ich möchte meine Bestellung zurückgeben
Was kostet der Versand?
Habt ihr Kerzen?
Gibt es Gutscheine?
Bestellung stornieren
Rücksendung kostenlos?
¿Tienen velas?
Avete candele al fico?
¿Dónde está mi pedido?
¿Cuánto cuesta el envío a España?
Dov'è il mio ordine?
Quanto costa la spedizione?
Waar is mijn bestelling?
Onde está a minha encomenda?
Gdzie jest moja paczka?
Kde je moja objednávka?
Kolik stojí doprava?
Hol van a csomagom?
Unde este comanda mea?
vreau sa returnez produsul
Hur mycket kostar frakten?
Hvor er min ordre?
Missä tilaukseni on?
Gdje je moja narudžba?
Kje je moje naročilo?
Siparişim nerede?
Где моя посылка?
你们送货到中国吗
متى يصل طلبي
"""


@pytest.mark.parametrize("text", FOREIGN.strip().splitlines())
def test_a_language_that_we_do_not_speak_is_known_as_such(text: str):
    assert is_foreign(text)
    assert find_language(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_of_ours_is_taken_for_a_foreign_one(language: str):
    assert [text for text in messages(language) if is_foreign(text)] == []
