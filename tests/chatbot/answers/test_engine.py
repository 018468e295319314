"""The engine alone: three outcomes in two languages, hostile words, arrays and back."""

import numpy as np
import pytest

from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.index import Index, build_index, pack_index, unpack_index
from chatbot.answers.engine.tokenizer import tokenize
from chatbot.answers.engine.typos import Speller
from chatbot.answers.types import AnswerOutcome, EntrySummary, Topic
from tests.chatbot.example_shops import example_shops

SHOPS = {shop.language: shop for shop in example_shops() if shop.name in ("mode", "fashion")}
INDEXES = {language: build_index(shop.entries, language) for language, shop in SHOPS.items()}

HOSTILE = [
    "",
    " ",
    "\n\t",
    "?",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 10_000,
    "retour " * 2_000,
    "\u202eruoter\u202c",
    "😀" * 50,
    "<script>alert(1)</script>",
    "'; DROP TABLE shops; --",
    "{{ 7*7 }}",
    "%s%s%n",
    "مرحبا كيف حالك",
    "你好",
    "1234567890",
    "\u200b\u200b",
    "ﬁ ① Ａ",
    "İ̇",
    "a" * 999 + "\u0301" * 50,
]


def names(index: Index, language: str, text: str) -> list[str]:
    return [SHOPS[language].entries[one.position].external_id for one in decide(index, text).candidates]


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "le colis"), ("fr", "taille"), ("en", "my order"), ("en", "size?")]
)
def test_a_word_that_several_entries_share_is_no_question(language: str, text: str):
    assert decide(INDEXES[language], text).outcome == AnswerOutcome.GUESSES


def test_a_word_of_one_entry_alone_is_answered():
    entries = [
        EntrySummary("pay", "en", "Do you take PayPal?", "Yes."),
        EntrySummary("card", "en", "Do you take cards?", "Yes."),
    ]
    assert decide(build_index(entries, "en"), "paypal?").outcome == AnswerOutcome.ANSWER


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Bonjour, où en est ma commande svp ?", "suivi"),
        ("fr", "c'est combien les frais de port", "frais"),
        ("fr", "j'ai oublié mon mot de passe", "mdp"),
        ("en", "Where is my order?", "tracking"),
        ("en", "how much does delivery cost please", "fees"),
        ("en", "i forgot my password", "login"),
    ],
)
def test_a_plain_question_is_answered(language: str, text: str, expected: str):
    decision = decide(INDEXES[language], text)
    assert (decision.outcome, names(INDEXES[language], language, text)[0]) == (AnswerOutcome.ANSWER, expected)


@pytest.mark.parametrize(("language", "text"), [("fr", "un problème de carte"), ("en", "money")])
def test_a_vague_question_gets_guesses(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert decision.outcome == AnswerOutcome.GUESSES
    assert len(decision.candidates) >= 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "accorder un xylophone baroque"),
        ("fr", "les volcans du Pérou"),
        ("en", "tuning baroque xylophones"),
        ("en", "volcanoes of Peru"),
    ],
)
def test_what_the_shop_cannot_know_goes_to_a_person(language: str, text: str):
    assert decide(INDEXES[language], text).outcome == AnswerOutcome.ESCALATE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Je veux parler à un conseiller"),
        ("fr", "un humain svp"),
        ("fr", "passez-moi quelqu'un"),
        ("fr", "je ne veux pas parler à un robot"),
        ("en", "I want to speak to a human about my return"),
        ("en", "agent please"),
        ("en", "can i talk to someone"),
        ("en", "connect me with a real person"),
    ],
)
def test_a_request_for_a_person_is_granted(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert (decision.outcome, decision.topic) == (AnswerOutcome.ESCALATE, Topic.PERSON)
    assert decision.confidence <= 0.1


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "Mon avocat va vous contacter au sujet du remboursement"), ("en", "my lawyer wants my refund now")],
)
def test_sensitive_matters_go_to_a_person(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert (decision.outcome, decision.topic) == (AnswerOutcome.ESCALATE, Topic.LAW)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_do_no_harm(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert 0.0 <= decision.confidence <= 1.0
    assert all(np.isfinite(one.score) for one in decision.candidates)


@pytest.mark.parametrize(
    ("language", "plain", "written"),
    [
        ("fr", "remboursement de mon retour", "REMBOURSSEMENT de mon retour"),
        ("fr", "où est mon numéro de suivi ?", "ou est mon numero de suivi"),
        ("fr", "l’étiquette d’un échange", "l'etiquette d'un échange"),
        ("en", "cancel my order", "cancle my order"),
        ("en", "delivery address", "delivry adress"),
    ],
)
def test_slips_accents_and_apostrophes_change_nothing(language: str, plain: str, written: str):
    first = names(INDEXES[language], language, plain)[0]
    assert names(INDEXES[language], language, written)[0] == first


def test_arrays_and_back_decide_alike():
    for language, index in INDEXES.items():
        packed = pack_index(index)
        assert all(isinstance(array, np.ndarray) and array.dtype != object for array in packed.values())
        again = unpack_index(packed, language)
        for message in SHOPS[language].messages:
            assert decide(again, message.text) == decide(index, message.text)


def test_a_shop_without_entries_escalates():
    for language in ("fr", "en"):
        empty = build_index([], language)
        decision = decide(unpack_index(pack_index(empty), language), "Où est mon colis ?")
        assert (decision.outcome, decision.confidence, decision.candidates) == (AnswerOutcome.ESCALATE, 0.0, ())


def test_entries_of_empty_words_harm_nobody():
    entries = [EntrySummary("a", "en", "?", "!"), EntrySummary("b", "en", "Where is my parcel?", "Here.", ("", "🙂"))]
    assert decide(build_index(entries, "en"), "where is my parcel").candidates[0].position == 1


def test_two_entries_of_the_same_words_are_offered_as_guesses():
    entries = [
        EntrySummary("a", "en", "Where is my parcel?", "Here."),
        EntrySummary("b", "en", "Where is my parcel?", "There."),
    ]
    assert len(decide(build_index(entries, "en"), "where is my parcel?").candidates) == 2


def test_the_same_words_give_the_same_verdict():
    for language, index in INDEXES.items():
        rebuilt = build_index(SHOPS[language].entries, language)
        assert [decide(rebuilt, one.text) for one in SHOPS[language].messages[:10]] == [
            decide(index, one.text) for one in SHOPS[language].messages[:10]
        ]


def test_greetings_and_addresses_say_nothing():
    assert tokenize("Bonjour madame, merci d'avance, contact jean@example.fr, https://x.fr cordialement", "fr") == [
        "madame",
        "contact",
    ]


def test_only_long_words_may_hold_a_wrong_letter():
    speller = Speller(["perdu", "remboursement"])
    assert speller.correct("perou") == "perou"
    assert speller.correct("pexdru") == "pexdru"
    assert speller.correct("predu") == "perdu"
    assert speller.correct("rembourzement") == "remboursement"
