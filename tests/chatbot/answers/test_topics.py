"""Small talk, what a person must answer and what no shop answers are told from questions."""

import pytest

from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.index import Index, build_index
from chatbot.answers.engine.topics import CARE, OF_PERSONS, SMALL_TALK, asks_for_change, find_topic
from chatbot.answers.types import AnswerOutcome, Topic
from shopconnect.core.languages import LANGUAGES
from tests.chatbot.answers.catalogue import demo_products
from tests.chatbot.example_shops import FOLDER, demo_shop, example_shops

INDEXES = {language: build_index(demo_shop(language).entries, language) for language in LANGUAGES}
EMPTY: dict[str, Index] = {language: build_index([], language) for language in LANGUAGES}

SMALL = [
    ("fr", "Bonjour", Topic.GREETING),
    ("fr", "bonjouuuur !!", Topic.GREETING),
    ("fr", "Bonsoir, il y a quelqu’un ?", Topic.GREETING),
    ("fr", "j'ai une question", Topic.GREETING),
    ("fr", "merci beaucoup, c'est gentil", Topic.THANKS),
    ("fr", "Au revoir", Topic.FAREWELL),
    ("fr", "salut, t'es qui ?", Topic.IDENTITY),
    ("fr", "je parle à un robot ou une vraie personne ?", Topic.IDENTITY),
    ("fr", "comment allez-vous ?", Topic.WELLBEING),
    ("fr", "d'accord", Topic.AGREEMENT),
    ("fr", "t'es vraiment nul", Topic.RUDENESS),
    ("fr", "ta gueule", Topic.RUDENESS),
    ("en", "Hello!", Topic.GREETING),
    ("en", "heyyyy is anyone there?", Topic.GREETING),
    ("en", "can you help me please", Topic.GREETING),
    ("en", "thanks a lot", Topic.THANKS),
    ("en", "bye, have a nice day", Topic.FAREWELL),
    ("en", "who are you?", Topic.IDENTITY),
    ("en", "are you a bot or a human", Topic.IDENTITY),
    ("en", "how are you today", Topic.WELLBEING),
    ("en", "ok got it", Topic.AGREEMENT),
    ("en", "you are fucking useless", Topic.RUDENESS),
    ("en", "shut up", Topic.RUDENESS),
    *((language, text, topic) for language in LANGUAGES for text, topic in {
        "👍": Topic.AGREEMENT, "🙏🙏": Topic.AGREEMENT, "...": Topic.AGREEMENT, "???": Topic.GREETING,
        "😡😡": Topic.RUDENESS, "?! 😤": Topic.RUDENESS,
    }.items()),
]  # fmt: skip
PERSONS = [
    ("fr", "je veux mourir", Topic.DISTRESS),
    ("fr", "j'ai plus envie de vivre", Topic.DISTRESS),
    ("fr", "je pense à me suicider", Topic.DISTRESS),
    ("fr", "bonjour, je me mutile et je sais pas à qui parler", Topic.DISTRESS),
    ("fr", "mon mari me frappe", Topic.VIOLENCE),
    ("fr", "je vais vous casser la gueule", Topic.VIOLENCE),
    ("fr", "mon fils a avalé la pile de la lampe", Topic.HEALTH),
    ("fr", "elle fait une réaction allergique à votre crème", Topic.HEALTH),
    ("fr", "la lampe a pris feu cette nuit", Topic.DANGER),
    ("fr", "je me suis coupé avec le vase", Topic.DANGER),
    ("fr", "quelqu'un a utilisé ma carte bancaire", Topic.FRAUD),
    ("fr", "mon compte a été piraté", Topic.FRAUD),
    ("fr", "mon avocat va vous écrire", Topic.LAW),
    ("fr", "c'est inadmissible", Topic.ANGER),
    ("en", "i want to die", Topic.DISTRESS),
    ("en", "I'm thinking about killing myself", Topic.DISTRESS),
    ("en", "i don't want to live anymore", Topic.DISTRESS),
    ("en", "my boyfriend hits me", Topic.VIOLENCE),
    ("en", "i'm going to kill you", Topic.VIOLENCE),
    ("en", "my daughter swallowed a magnet", Topic.HEALTH),
    ("en", "she can't breathe after using your cream", Topic.HEALTH),
    ("en", "the lamp caught fire", Topic.DANGER),
    ("en", "I cut my hand on the vase", Topic.DANGER),
    ("en", "someone used my card on your site", Topic.FRAUD),
    ("en", "there is a payment i don't recognise", Topic.FRAUD),
    ("en", "my lawyer will write to you", Topic.LAW),
    ("en", "this is unacceptable", Topic.ANGER),
]
# What sounds like the matters above and is none of them.
HARMLESS = [
    ("fr", "je meurs d'impatience, mon colis arrive quand ?"),
    ("fr", "je veux en finir avec cette commande, remboursez-moi"),
    ("fr", "avez-vous des bombes de bain ?"),
    ("fr", "l'huile d'avocat est-elle bio ?"),
    ("fr", "le vase couleur terre brûlée est-il lourd ?"),
    ("fr", "c'est urgent, je peux être livré demain ?"),
    ("fr", "Bonjour, comment retourner un article ?"),
    ("fr", "merci de me dire où est mon colis"),
    ("en", "I'm dying to see the new candles, when are they back?"),
    ("en", "this bowl is to die for, do you ship it abroad?"),
    ("en", "do you sell bath bombs?"),
    ("en", "is the burnt orange blanket washable?"),
    ("en", "Hi, how do I return an item?"),
    ("en", "thanks for telling me where my parcel is"),
]


@pytest.mark.parametrize(("language", "text", "topic"), SMALL)
def test_small_talk_is_answered_and_neither_believed_nor_refused(language: str, text: str, topic: Topic):
    for index in (INDEXES[language], EMPTY[language]):
        decision = decide(index, text)
        assert (decision.outcome, decision.topic, decision.candidates) == (AnswerOutcome.SMALL_TALK, topic, ())


@pytest.mark.parametrize(("language", "text", "topic"), PERSONS)
def test_what_a_person_must_answer_goes_to_one(language: str, text: str, topic: Topic):
    for index in (INDEXES[language], EMPTY[language]):
        decision = decide(index, text)
        assert (decision.outcome, decision.topic) == (AnswerOutcome.ESCALATE, topic)
        assert decision.confidence <= 0.1


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_what_only_sounds_so_is_a_question(language: str, text: str):
    assert find_topic(text, language) is None


def care_lines(language: str) -> list[tuple[str, str]]:
    """Messages with the topic that a person must answer, "-" for none."""
    lines = (FOLDER / f"{language}.care.txt").read_text(encoding="utf-8").splitlines()
    return [(topic, text) for topic, _, text in (line.partition(" | ") for line in lines)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happened_to_somebody_is_heard_and_a_word_shared_with_goods_is_not(language: str):
    lines = care_lines(language)
    assert sum(topic == "-" for topic, _ in lines) >= 60
    assert len(lines) >= 160
    found = [(find_topic(text, language) or "-", text) for _, text in lines]
    assert [one for one in found if one not in lines] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_a_product_that_is_asked_for_calls_a_person(language: str):
    asked = {"fr": ["{}", "je cherche {}", "avez-vous {} en stock ?"], "en": ["{}", "do you have {}?", "I want {}"]}
    titles = {one.title if language == "en" else one.translations[0].title for one in demo_products()}
    assert len(titles) > 100
    texts = [pattern.format(title) for title in sorted(titles) for pattern in asked[language]]
    assert [text for text in texts if find_topic(text, language) in OF_PERSONS] == []


@pytest.mark.parametrize(("language", "text"), [("en", "je veux mourir"), ("fr", "my lamp caught fire")])
def test_danger_is_heard_in_the_other_language_too(language: str, text: str):
    assert find_topic(text, language) in CARE


def test_no_question_that_an_entry_answers_is_taken_for_small_talk():
    taken = []
    for language in LANGUAGES:
        for shop in [*example_shops(language), demo_shop(language)]:
            asked = [message.text for message in shop.messages if message.expect is not None]
            asked += [text for entry in shop.entries for text in (entry.question, *entry.phrases)]
            taken += [text for text in asked if find_topic(text, language) in SMALL_TALK]
    assert taken == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "il fait quel temps à Crest ?"),
        ("fr", "tu peux faire mes devoirs de maths"),
        ("fr", "tu votes pour qui aux élections"),
        ("en", "what's the weather like today"),
        ("en", "do my homework"),
        ("en", "who will win the election"),
    ],
)
def test_what_no_shop_answers_is_said_to_be_so(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert (decision.outcome, decision.topic) == (AnswerOutcome.SMALL_TALK, Topic.OFF_TOPIC)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Is the sage green bowl in stock?"), ("fr", "le bol vert sauge est-il en stock ?")]
)
def test_whether_one_product_is_there_is_guessed_from_no_entry(language: str, text: str):
    decision = decide(INDEXES[language], text)
    assert (decision.outcome, decision.topic) == (AnswerOutcome.ESCALATE, Topic.STOCK)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [("fr", "où en est ma commande #100234", "order-status"), ("en", "where is my order #100234", "order-status")],
)
def test_the_status_of_an_order_is_never_a_dead_end(language: str, text: str, expected: str):
    empty = decide(EMPTY[language], text)
    assert (empty.outcome, empty.topic) == (AnswerOutcome.ESCALATE, Topic.ORDER)
    answered = decide(INDEXES[language], text)
    entries = demo_shop(language).entries
    assert (answered.outcome, entries[answered.candidates[0].position].external_id) == (AnswerOutcome.ANSWER, expected)


def test_each_topic_has_its_place():
    assert not set(SMALL_TALK) & set(OF_PERSONS)
    assert set(CARE) < set(OF_PERSONS)


@pytest.mark.parametrize("text", ["bon " * 200, "ok " * 12 + "x", "merci bonjour " * 6 + "colis"])
def test_a_long_row_of_small_words_costs_no_more_than_a_message(text: str):
    assert find_topic(text, "fr") is None


@pytest.mark.parametrize("text", ["你好", "привет", "", "  "])
def test_what_is_written_in_other_letters_or_was_taken_out_is_no_small_talk(text: str):
    assert [find_topic(text, language) for language in LANGUAGES] == [None] * len(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "is_asked"),
    [
        ("en", "please don't cancel my order", False),
        ("en", "I do not want you to cancel it", False),
        ("en", "I'm not trying to change my address, just checking it", False),
        ("en", "I never cancelled my order", False),
        ("en", "I don't want it anymore, cancel my order", True),
        ("en", "I do not live there now, please change my address", True),
        ("fr", "je ne veux pas annuler ma commande, juste savoir quand elle part", False),
        ("fr", "n'annulez surtout pas ma commande", False),
        ("fr", "je voudrais la garder sans annuler la commande", False),
        ("fr", "je n'ai plus besoin du vase, annulez la commande", True),
        ("fr", "je ne veux plus du vase, annulez ma commande", True),
        ("fr", "ce n'est pas la bonne rue, changez mon adresse", True),
    ],
)
def test_who_says_that_an_order_is_to_stay_asks_for_no_change(language: str, text: str, is_asked: bool):
    assert asks_for_change(text, language) == is_asked
