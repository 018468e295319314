"""What a shop says of itself in the tests, and sets it."""

from decimal import Decimal

from chatbot.answers.facts.contact import save_contact_details
from chatbot.answers.facts.hours import read_day, save_opening_hours
from chatbot.answers.facts.shipping import save_shipping_options
from chatbot.answers.facts.types import ContactDetails, OpeningHours, ShippingOption
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

WEEK = OpeningHours((*[read_day("9-12:30, 14:00-18:00")] * 5, read_day("10:00-17:00"), ()))
OPTIONS = (
    ShippingOption(
        names={"en": "Home delivery", "fr": "À domicile"},
        countries=("FR", "BE"),
        price=Decimal("4.90"),
        free_from=Decimal(50),
        days_least=2,
        days_most=4,
    ),
    ShippingOption(names={"fr": "Express"}, countries=("BE",), price=Decimal("12.5"), days_least=1),
    ShippingOption(countries=("CH",), price=Decimal(0)),
)
CONTACT = ContactDetails(
    email="hello@shop.example",
    phone="01 23 45 67 89",
    address="1 rue du Four, Lyon",
    url="https://shop.example/contact",
)


def set_details(shop: ShopId) -> None:
    with shop_scope(shop):
        save_opening_hours(WEEK)
        save_shipping_options(OPTIONS)
        save_contact_details(CONTACT)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


BELGIUM_FR = (
    "Modes de livraison (Belgique) :\n- À domicile : 4,90 €, livraison offerte dès 50,00 €, 2 à 4 jours ouvrés\n"
    "- Express : 12,50 €, à partir de 1 jour ouvré"
)
WEEK_FR = (
    "Nos horaires d’ouverture :\nDu lundi au vendredi : de 09:00 à 12:30 et de 14:00 à 18:00\n"
    "Samedi : de 10:00 à 17:00\nDimanche : fermé"
)
SWITZERLAND = "Switzerland, delivery options:\n- Delivery: free of charge"
