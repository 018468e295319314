"""Products in chat: found by their words, told with price and stock, and never in the place of what the FAQ answers."""

import pytest

from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.index import build_index
from chatbot.answers.engine.wishes import gift_words, named_words, read_wish, word_forms
from chatbot.answers.facts.products import find_products
from chatbot.answers.types import AnswerOutcome, ReplySummary, Topic
from shopconnect.catalog.services import store_products
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.catalogue import PRODUCTS, demo_products, sold
from tests.chatbot.answers.test_conversation import last, say
from tests.chatbot.example_shops import demo_shop, ruler

SCENTS = ("Candles and scents", "Bougies et senteurs")
SCENTED = (
    sold(11, "Fig tree scented candle", "Bougie parfumée au figuier", "24", SCENTS),
    sold(12, "Cedar candle", "Bougie au cèdre", "14", SCENTS),
    sold(13, "Pillow mist", "Brume d’oreiller", "16", SCENTS),
    sold(14, "Incense", "Encens", "6", SCENTS),
)


@pytest.fixture
def stocked(faq: ShopId) -> ShopId:
    """A shop with a FAQ and some products."""
    with shop_scope(faq):
        store_products(PRODUCTS)
    return faq


def shown(reply: ReplySummary) -> list[str]:
    return [card.id for card in reply.cards]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "bols verts à moins de 20 euros", ["1", "4"]),
        ("fr", "vous avez des mugs bleus ?", ["3"]),
        ("fr", "un saladier vert entre 30 et 50 €", ["2"]),
        ("en", "do you have blue mugs", ["3"]),
        ("en", "green bowls under €20", ["1", "4"]),
        ("en", "how much is the linen shirt?", ["5"]),
        ("en", "sage bowls from 40 to 50 euros", ["2"]),
        ("en", "do you sell bicycles", []),
    ],
)
def test_products_are_found_by_their_words_and_price(stocked: ShopId, language: str, text: str, expected: list[str]):
    _, reply = say(stocked, text, language)
    assert shown(reply) == expected
    assert (reply.outcome == AnswerOutcome.FACT) == bool(expected)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Κεραμική κούπα", "do you have κουπα?"),
        ("Свеча для сада", "do you sell СВЕЧА?"),
        ("陶器マグカップ", "do you have マグ?"),
        ("陶瓷马克杯", "avez-vous 陶瓷 ?"),
        ("كوب قهوة", "كوب"),
        ("ถ้วยกาแฟเซรามิก", "do you have กาแฟ in stock?"),
    ],
)
def test_products_are_found_by_words_of_any_script(stocked: ShopId, title: str, text: str):
    with shop_scope(stocked):
        store_products([sold(21, title, title, "15", ("Mugs", "Mugs"))])
    _, reply = say(stocked, text, "fr" if text.startswith("avez") else "en")
    assert shown(reply) == ["21"]


@pytest.mark.parametrize(
    ("language", "text", "expected", "said"),
    [
        ("fr", "la bougie la moins chère", ["12", "11"], "Voici ce que j’ai trouvé, du moins cher au plus cher."),
        ("fr", "quelles sont vos bougies pas chères ?", ["12", "11"], ""),
        ("en", "the cheapest candles", ["12", "11"], "Here’s what I found, cheapest first."),
        ("en", "what is your most expensive candle?", ["11", "12"], "Here’s what I found, most expensive first."),
        ("fr", "le bol le plus cher", ["1", "4"], "Voici ce que j’ai trouvé, du plus cher au moins cher."),
        ("en", "what's the cheapest item in your shop?", ["14", "12", "3"], "Here’s what I found, cheapest first."),
    ],
)
def test_the_cheapest_and_the_most_expensive_come_by_price(stocked, language, text, expected, said):
    with shop_scope(stocked):
        store_products(SCENTED)
    _, reply = say(stocked, text, language)
    assert shown(reply) == expected
    assert reply.text == said or not said


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "bougies"), ("fr", "vous avez des bougies ?"), ("en", "candles")]
)
def test_what_is_called_so_comes_before_what_only_stands_on_its_shelf(stocked: ShopId, language: str, text: str):
    with shop_scope(stocked):
        store_products(SCENTED)
    # The newest, and the shortest titles, are those that only share the category.
    assert shown(say(stocked, text, language)[1])[:2] == ["12", "11"]


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "c'est moins cher ailleurs"), ("en", "it is cheaper elsewhere"), ("en", "so cheap")]
)
def test_talk_of_prices_that_names_no_product_is_no_search(stocked: ShopId, language: str, text: str):
    assert shown(say(stocked, text, language)[1]) == []


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("fr", ("téléphones", "vous avez des téléphones ?"), "Je n’ai pas trouvé cela parmi les produits"),
        ("en", ("phones", "do you sell phones?"), "I couldn’t find that among the shop’s products"),
    ],
)
def test_several_telephones_are_goods_and_not_the_shops_number(stocked, language, texts, expected):
    for text in texts:
        assert expected in say(stocked, text, language)[1].text
    with shop_scope(stocked):
        store_products([sold(21, "Telephone with a dial", "Téléphone à cadran", "40", ("Phones", "Téléphones"))])
    for text in texts:
        assert shown(say(stocked, text, language)[1]) == ["21"]
    for text in ("your phone number", "votre numéro de téléphone"):
        assert shown(say(stocked, text, language)[1]) == []


def test_a_card_is_in_the_shoppers_language_and_is_kept(stocked: ShopId):
    _, reply = say(stocked, "vous avez des mugs bleus ?", "fr")
    card = reply.cards[0]
    assert (card.title, card.url) == ("Mug en grès bleu nuit", "https://shop.example/fr/3")
    assert (card.price, card.stock) == ("15,00\u00a0€", "En stock")
    assert reply.text == "Voici ce que j’ai trouvé."
    row = last(stocked)
    assert (row.outcome, row.topic, row.entry, row.confidence) == (AnswerOutcome.FACT, Topic.PRODUCT, "", None)
    assert row.cards[0].price == "15,00\u00a0€"


def test_goods_with_a_foreign_name_are_found(stocked: ShopId):
    with shop_scope(stocked):
        store_products([sold(31, "Los Ninos poster", "Affiche Los Ninos", "9", ("Posters", "Affiches"))])
    assert shown(say(stocked, "los ninos", "en")[1]) == ["31"]
    assert "I can answer you in English" in say(stocked, "los pedidos", "en")[1].text


def test_above_the_price_what_there_is_is_shown_and_said_to_be(stocked: ShopId):
    _, reply = say(stocked, "linen shirts under 20 euros", "en")
    assert (shown(reply), reply.text) == (["5"], "Nothing matches at that price. Here’s what the shop has.")
    assert shown(say(stocked, "linen shirts under £20", "en")[1]) == ["5"]
    assert last(stocked).reply == "Here’s what I found."  # pounds bound nothing in a shop of euros


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "is the midnight blue mug in stock?", "“Midnight blue stoneware mug” is in stock."),
        ("en", "is the fir tea bowl still available?", "“Fir green tea bowl” is sold out."),
        ("en", "is the linen shirt in stock?", "“Linen shirt” is in stock in S and XL."),
        (
            "fr",
            "la chemise en lin est dispo en M ?",
            "«\u00a0Chemise en lin\u00a0» est épuisé en M. Reste en stock\u00a0: S et XL.",
        ),
        ("fr", "l’chemise en lin, il en reste ?", "«\u00a0Chemise en lin\u00a0» est en stock en S et XL."),
    ],
)
def test_whether_something_is_in_stock_is_told_from_stock(stocked: ShopId, language: str, text: str, expected: str):
    _, reply = say(stocked, text, language)
    assert (reply.outcome, reply.text) == (AnswerOutcome.FACT, expected)
    assert last(stocked).topic == Topic.STOCK


def test_of_several_products_each_says_whether_it_is_in_stock(stocked: ShopId):
    _, reply = say(stocked, "are green bowls in stock", "en")
    assert [(card.id, card.stock) for card in reply.cards] == [("1", "In stock"), ("2", "In stock"), ("4", "Sold out")]


def test_gift_cards_deleted_products_and_other_shops_are_not_shown(stocked: ShopId, other_shop: ShopId):
    assert shown(say(stocked, "vous avez des cartes vertes ?", "fr")[1]) == []
    assert shown(say(other_shop, "do you have blue mugs", "en")[1]) == []


@pytest.mark.parametrize("text", ["when will the blue mug be back in stock", "i want to kill myself with a mug"])
def test_what_is_awaited_and_what_a_person_must_answer_is_no_search(stocked: ShopId, text: str):
    assert shown(say(stocked, text, "en")[1]) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_question_of_the_faq_is_taken_away_by_the_catalogue(shop: ShopId, language: str):
    shop_of_demo = ruler(language, "open")
    messages = shop_of_demo.messages + demo_shop(language).messages
    index = build_index(shop_of_demo.entries, language)
    with shop_scope(shop):
        store_products(list(demo_products()))
        found = {one.text: find_products(one.text, language, decide(index, one.text)) for one in messages if one.expect}
    assert len(found) > 200
    assert [text for text, fact in found.items() if fact] == []


def test_words_are_known_in_other_numbers_and_genders():
    for one, other in [
        ("bols", "bol"),
        ("verte", "verts"),
        ("blanches", "blanc"),
        ("dishes", "dish"),
        ("knife", "knives"),
    ]:
        assert word_forms(one) & word_forms(other), (one, other)
    assert "bol" in word_forms("bols")
    assert not word_forms("bol") & word_forms("mug")


def test_a_message_is_carried_by_the_words_of_products_or_is_none():
    known = {"green", "bowl"}
    assert named_words(read_wish("green bowl", "en"), known) == ("green", "bowl")
    assert named_words(read_wish("do you have a green ceramic bowl", "en"), known) == ("green", "bowl")
    assert named_words(read_wish("my green ceramic bowl", "en"), known) == ()
    assert named_words(read_wish("there was no bowl with the rest of it", "en"), known) == ()
    assert named_words(read_wish("do you have a ceramic bowl", "en"), known) == ()
    assert named_words(read_wish("the bowl of my grandmother with flowers", "en"), known) == ()


@pytest.mark.parametrize(
    ("language", "text", "most"),
    [
        ("fr", "un cadeau pour ma mère", None),
        ("fr", "je cherche une idée de cadeau à moins de 16 euros", 16),
        ("fr", "que puis-je offrir à ma sœur ?", None),
        ("en", "a gift for my wife", None),
        ("en", "what could I get my dad?", None),
        ("fr", "je dois faire un cadeau à ma belle-mère", None),
        ("fr", "une idée pour la fête des mères ?", None),
        ("fr", "cadeau de naissance", None),
        ("en", "something for mother's day", None),
        ("en", "wedding gift", None),
    ],
)
def test_who_looks_for_a_present_is_shown_what_is_in_stock(stocked: ShopId, language: str, text: str, most: int | None):
    _, reply = say(stocked, text, language)
    assert (reply.outcome, last(stocked).topic) == (AnswerOutcome.FACT, Topic.PRODUCT)
    assert reply.text == {"fr": "Voici quelques idées.", "en": "Here are a few ideas."}[language]
    assert reply.cards
    assert {card.stock[:2] for card in reply.cards} <= {"En", "In"}
    if most:
        assert set(shown(reply)) < {product.external_id for product in PRODUCTS}


def test_a_present_that_is_named_is_shown(stocked: ShopId):
    _, reply = say(stocked, "je cherche un mug bleu, c'est un cadeau pour ma mère", "fr")
    assert shown(reply) == ["3"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "faites-vous des paquets cadeaux pour ma mère ?"),
        ("fr", "on cherche des cadeaux pour nos 60 salariés"),
        ("fr", "mon cadeau est arrivé cassé"),
        ("en", "can you gift wrap a present for my mum"),
        ("en", "do you sell gift cards?"),
        ("en", "looking for presents for our 60 employees"),
        ("en", "my wedding gift was delivered late"),
        ("fr", "le cadeau de naissance que j'ai reçu est trop petit"),
    ],
)
def test_what_else_is_said_of_presents_is_no_search(language: str, text: str):
    assert not gift_words(text, language)
