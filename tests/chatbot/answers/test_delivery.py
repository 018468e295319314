"""Where a shop delivers, for what and how fast: told by country, and abroad."""

from decimal import Decimal

import pytest

from chatbot.answers import answering
from chatbot.answers.facts.countries import named_countries
from chatbot.answers.facts.shipping import save_shipping_options
from chatbot.answers.facts.types import Asked, ShippingOption
from chatbot.answers.types import AnswerOutcome, Topic
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.details import OPTIONS, SWITZERLAND, plain
from tests.chatbot.answers.test_conversation import last, say


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (ShippingOption(free_from=Decimal(0)), "free of charge"),
        (ShippingOption(price=Decimal(5), days_least=3), "€5.00, from 3 working days"),
        (ShippingOption(price=Decimal(5), days_most=3), "€5.00, up to 3 working days"),
        (ShippingOption(price=Decimal(5), days_least=1, days_most=1), "€5.00, 1 working day"),
    ],
)
def test_of_days_that_are_bounded_on_one_side_no_number_is_told_as_exact(shop: ShopId, option, told):
    with shop_scope(shop):
        save_shipping_options([option])
        found = answering.find_shipping_fact(Asked(text="how much is delivery?", language="en"))
    assert found is not None
    assert found.text.endswith(f"Delivery: {told}")


def test_delivery_without_a_country_is_told_of_all_places(details: ShopId):
    _, reply = say(details, "how much is delivery?", "en")
    assert plain(reply.text) == (
        "France and Belgium:\n- Home delivery: €4.90, free from €50.00, 2 to 4 working days\n"
        "Belgium:\n- Express: €12.50, from 1 working day\nSwitzerland:\n- Delivery: free of charge"
    )


def test_of_many_options_the_country_is_asked_first(shop: ShopId):
    many = [
        ShippingOption(countries=(code,), price=Decimal(5))
        for code in ["FR", "BE", "CH", "DE", "IT", "ES", "PT", "NL", "AT"]
    ]
    with shop_scope(shop):
        save_shipping_options(many)
    token, reply = say(shop, "frais de livraison ?", "fr")
    assert reply.text == "La livraison dépend du pays. De quel pays s’agit-il\xa0?"
    _, reply = say(shop, "Suisse", "fr", token)
    assert plain(reply.text) == "Modes de livraison (Suisse) :\n- Livraison : 5,00 €"


def test_what_is_free_from_an_amount_needs_no_price(shop: ShopId):
    with shop_scope(shop):
        save_shipping_options([ShippingOption(free_from=Decimal(50))])
    _, reply = say(shop, "how much is delivery?", "en")
    assert reply.text == "Delivery:\n- Delivery: free from €50.00"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("do you ship to Northern Ireland?", ["GB"]),
        ("livrez-vous en Irlande du Nord ou en Irlande ?", ["GB", "IE"]),
        ("frais de port de la France vers la Belgique", ["BE"]),
        ("combien pour une livraison à destination de la Suisse ?", ["CH"]),
        ("I'm from Germany, how much is shipping?", ["DE"]),
        ("how much is shipping to New Mexico?", []),
        ("how much is shipping for a jersey dress?", []),
        ("do you ship to Jersey?", ["JE"]),
        ("and for Jersey?", ["JE"]),
        ("livrez-vous en Corse ?", ["FR"]),
        ("livrez-vous à La Réunion ou en Martinique ?", ["RE", "MQ"]),
        ("livrez-vous dans les DOM ?", ["GP", "MQ", "GF", "RE", "YT"]),
        ("vous livrez la Guyane, la Polynésie, Mayotte et la Nouvelle-Calédonie ?", ["GF", "PF", "YT", "NC"]),
        ("livraison aux Antilles", ["GP", "MQ"]),
        ("do you ship to French Polynesia?", ["PF"]),
        ("livrez-vous à l’étranger ?", []),
    ],
)
def test_countries_are_those_that_something_goes_to(text: str, codes: list[str]):
    assert named_countries(text) == codes


EVERYWHERE = (
    "We deliver to these countries: France, Belgium, and Switzerland.\n"
    "France and Belgium:\n- Home delivery: €4.90, free from €50.00, 2 to 4 working days\n"
    "Belgium:\n- Express: €12.50, from 1 working day\nSwitzerland:\n- Delivery: free of charge"
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "do you ship abroad?"),
        ("en", "Do you deliver overseas"),
        ("en", "international shipping?"),
        ("en", "do you ship outside of France?"),
        ("en", "can you send it to other countries?"),
        ("en", "do you deliver to Europe?"),
        ("fr", "livrez-vous à l'étranger ?"),
        ("fr", "livraison internationale ?"),
        ("fr", "livrez-vous hors de France ?"),
        ("fr", "vous expédiez partout dans le monde ?"),
        ("fr", "livrez-vous dans d’autres pays ?"),
    ],
)
def test_abroad_is_where_the_shop_says_that_it_delivers(details: ShopId, language: str, text: str):
    _, reply = say(details, text, language)
    assert (reply.outcome, last(details).topic) == (AnswerOutcome.FACT, Topic.DELIVERY)
    expected = {"en": EVERYWHERE, "fr": "Nous livrons dans ces pays : France, Belgique et Suisse.\n"}[language]
    assert plain(reply.text).startswith(expected)


def test_abroad_follows_up_a_question_about_delivery(details: ShopId):
    token, _ = say(details, "how much is delivery to Belgium?", "en")
    _, reply = say(details, "and abroad?", "en", token)
    assert plain(reply.text) == EVERYWHERE


@pytest.mark.parametrize("text", ["livrez-vous à la Réunion ?", "vous livrez les DOM-TOM ?", "livraison outre-mer ?"])
def test_who_names_france_has_said_nothing_of_france_overseas(details: ShopId, text: str):
    _, reply = say(details, text, "fr")
    assert reply.outcome != AnswerOutcome.FACT
    with shop_scope(details):
        save_shipping_options([*OPTIONS, ShippingOption(countries=("RE", "GP"), price=Decimal(15))])
    _, reply = say(details, text, "fr")
    assert plain(reply.text).endswith("Réunion) :\n- Livraison : 15,00 €")
    with shop_scope(details):
        save_shipping_options([ShippingOption(countries=("GB",)), ShippingOption(countries=("IE",))])
    _, reply = say(details, text, "fr")
    assert reply.text.startswith("Nous ne livrons pas dans")


def test_one_line_serves_countries_that_are_alike(details: ShopId):
    _, reply = say(details, "do you ship to Belgium, Spain, Italy or Switzerland?", "en")
    assert plain(reply.text) == (
        "Belgium, delivery options:\n- Home delivery: €4.90, free from €50.00, 2 to 4 working days\n"
        "- Express: €12.50, from 1 working day\nWe don’t deliver to these countries: Spain and Italy.\n" + SWITZERLAND
    )
