"""Hours, delivery and contact: set on one page, told in chat in the shopper's language, moved with the shop."""

from decimal import Decimal

import pytest
from django.urls import reverse

from chatbot.answers import answering
from chatbot.answers.facts.contact import contact_details
from chatbot.answers.facts.hours import opening_hours, write_day
from chatbot.answers.facts.shipping import shipping_options
from chatbot.answers.facts.types import ContactDetails, OpeningHours, ShippingOption
from chatbot.answers.types import AnswerOutcome, Topic
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.services import store_settings
from shopconnect.sync.services import export_folder, load_folder
from tests.chatbot.answers.details import BELGIUM_FR, CONTACT, OPTIONS, SWITZERLAND, WEEK, WEEK_FR, plain, set_details
from tests.chatbot.answers.test_answer_pages import member
from tests.chatbot.answers.test_conversation import last, say
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.example_shops import ruler
from tests.shopconnect.sync.folders import plain_folder

__all__ = ["shopper"]


@pytest.mark.parametrize(
    ("language", "text", "topic", "expected"),
    [
        ("fr", "vous êtes ouverts le samedi ?", Topic.HOURS, "Nous sommes ouverts le samedi de 10:00 à 17:00."),
        ("fr", "Etes-vous ouvert le dimanche", Topic.HOURS, "Nous sommes fermés le dimanche."),
        ("en", "are you open on sundays?", Topic.HOURS, "We’re closed on Sunday."),
        ("en", "are you open to the public on sundays?", Topic.HOURS, "We’re closed on Sunday."),
        (
            "en",
            "what time do you close on friday",
            Topic.HOURS,
            "We’re open on Friday from 9:00 AM to 12:30 PM and from 2:00 PM to 6:00 PM.",
        ),
        ("fr", "quels sont vos horaires ?", Topic.HOURS, WEEK_FR),
        ("fr", "êtes-vous ouverts du lundi au samedi ?", Topic.HOURS, WEEK_FR),
        ("fr", "combien coûte la livraison en Belgique ?", Topic.DELIVERY, BELGIUM_FR),
        ("fr", "livrez-vous en Belgique ?", Topic.DELIVERY, BELGIUM_FR),
        ("en", "how much is shipping to Switzerland", Topic.DELIVERY, SWITZERLAND),
        ("fr", "livrez-vous en Suisse ?", Topic.DELIVERY, "Modes de livraison (Suisse) :\n- Livraison : sans frais"),
        ("en", "do you ship to the UK?", Topic.DELIVERY, "We don’t deliver to this country: United Kingdom."),
        (
            "en",
            "how can I reach you?",
            Topic.CONTACT,
            "You can reach us here:\nEmail: hello@shop.example\nPhone: 01 23 45 67 89\n"
            "Address: 1 rue du Four, Lyon\nContact page: https://shop.example/contact",
        ),
        (
            "fr",
            "comment vous joindre ?",
            Topic.CONTACT,
            "Vous pouvez nous joindre ici :\nE-mail : hello@shop.example\nTéléphone : 01 23 45 67 89\n"
            "Adresse : 1 rue du Four, Lyon\nPage de contact : https://shop.example/contact",
        ),
    ],
)
def test_what_the_shop_has_set_is_told(details: ShopId, language: str, text: str, topic: Topic, expected: str):
    _, reply = say(details, text, language)
    assert (reply.outcome, plain(reply.text), reply.source) == (AnswerOutcome.FACT, expected, None)
    assert (last(details).topic, last(details).confidence) == (topic, None)


@pytest.mark.parametrize(
    ("language", "first", "then", "expected"),
    [
        ("en", "how much is delivery to Belgium?", "and for Switzerland?", SWITZERLAND),
        ("en", "how much is delivery to Switzerland?", "and how long?", SWITZERLAND),
        ("en", "are you open on Monday?", "and on Sunday?", "We’re closed on Sunday."),
        ("fr", "êtes-vous ouverts le lundi ?", "et le samedi ?", "Nous sommes ouverts le samedi de 10:00 à 17:00."),
        ("fr", "combien coûte la livraison en France ?", "et pour la Belgique ?", BELGIUM_FR),
    ],
)
def test_the_turn_before_counts(details: ShopId, language: str, first: str, then: str, expected: str):
    token, _ = say(details, first, language)
    _, reply = say(details, then, language, token)
    assert plain(reply.text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "and for Switzerland?"),
        ("en", "are you open on Christmas?"),
        ("fr", "êtes-vous ouverts les jours fériés ?"),
        ("en", "how much is the return label from Belgium"),
        ("fr", "mon colis pour la Belgique n'est toujours pas arrivé"),
        ("en", "do you ship from China?"),
        ("en", "where do you ship from?"),
        ("fr", "vendez-vous du thé de Chine ?"),
        ("en", "can I pay cash on delivery?"),
        ("en", "are there customs fees on delivery to Switzerland?"),
        ("fr", "y a-t-il des frais de douane à la livraison en Suisse ?"),
        ("en", "when will the new collection arrive?"),
        ("en", "my free delivery code is not working"),
        ("en", "why was I charged for delivery?"),
        ("fr", "pourquoi ai-je payé des frais de livraison ?"),
        ("fr", "comment contacter le livreur ?"),
        ("en", "are you open source?"),
        ("en", "are you open to refunds?"),
        ("fr", "êtes-vous ouverts aux partenariats ?"),
        ("fr", "ouvrez-vous bientôt une boutique à Lyon ?"),
        ("en", "what are your delivery hours?"),
        ("fr", "quels sont vos horaires de livraison ?"),
        ("en", "what is your address for returns?"),
        ("fr", "quelle est votre adresse pour les retours ?"),
        ("en", "what's my email address?"),
    ],
)
def test_what_the_settings_do_not_say_is_not_told(details: ShopId, language: str, text: str):
    _, reply = say(details, text, language)
    assert last(details).topic not in (Topic.HOURS, Topic.DELIVERY, Topic.CONTACT)
    assert reply.outcome != AnswerOutcome.FACT or last(details).topic == Topic.ORDER


def test_the_settings_come_before_an_entry_and_without_them_entries_answer(faq: ShopId, shopper):
    asked = {"text": "How long does delivery take?"}
    before = post(shopper, faq, asked).json()
    assert (before["outcome"], before["text"]) == ("answer", "Three days.")
    set_details(faq)
    after = post(shopper, faq, asked).json()
    assert after["outcome"] == "fact"
    assert "Home delivery" in after["text"]
    assert "source" not in after


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_nobody_asked_about_is_not_told(details: ShopId, language: str):
    finders = (answering.find_hours_fact, answering.find_shipping_fact, answering.find_contact_fact)
    told = {}
    with shop_scope(details):
        for one in ruler(language, "open").messages:
            asked = answering.Asked(text=one.text, language=language)
            if any(find(asked) for find in finders):
                told[one.text] = one.expect
    allowed = {"delivery-time", "delivery-cost", "delivery-abroad", "delivery-express", "contact", "shop-visit"}
    assert {text: expect for text, expect in told.items() if expect not in allowed} == {}
    assert len(told) >= 4


@pytest.mark.parametrize(
    "stored", [None, 7, [], ["x"] * 7, [1] * 7, [{"names": 3}], {"email": 5, "url": "javascript:alert(1)"}]
)
def test_a_setting_that_means_nothing_is_not_told(shop: ShopId, stored: object):
    with shop_scope(shop):
        store_settings({"chat_hours": stored, "chat_shipping": stored, "chat_contact": stored})
        assert (opening_hours(), shipping_options()) == (OpeningHours(), ())
        assert contact_details().url == ""


SENT = {
    "hours-day0": "9:00-12:30, 14:00-18:00",
    "hours-day5": "10h-17h",
    "delivery-TOTAL_FORMS": "3",
    "delivery-INITIAL_FORMS": "0",
    "delivery-0-name_en": "Home",
    "delivery-0-countries": "France, Belgique, CH",
    "delivery-0-price": "4,90",
    "delivery-0-free_from": "50",
    "delivery-0-days_least": "2",
    "delivery-0-days_most": "4",
    "delivery-1-price": "0",
    "days": "14",
    "contact-email": "hello@shop.example",
    "contact-url": "https://shop.example/contact",
}


def test_owners_and_support_set_it_and_a_mistake_changes_nothing(shop: ShopId, other_shop: ShopId):
    owner, address = member(shop, Role.OWNER), reverse("answers:details")
    done = owner.post(address, SENT, follow=True)
    assert "Saved." in done.content.decode()
    wrong = {"hours-day0": "never", "delivery-0-countries": "Atlantis", "delivery-0-price": "-1"}
    wrong |= {
        "delivery-0-days_most": "1",
        "contact-email": "nobody",
        "contact-url": "http://shop.example",
        "days": "-1",
    }
    for name, value in wrong.items():
        refused = owner.post(address, SENT | {name: value})
        assert (name, refused.status_code) == (name, 400)
    assert member(shop, Role.ANALYST).post(address, SENT).status_code == 403
    with shop_scope(shop):
        assert shipping_options() == (
            ShippingOption(
                names={"en": "Home"},
                countries=("FR", "BE", "CH"),
                price=Decimal("4.90"),
                free_from=Decimal(50),
                days_least=2,
                days_most=4,
            ),
            ShippingOption(price=Decimal(0)),
        )
        assert [write_day(day) for day in opening_hours().days[:6:5]] == ["09:00-12:30, 14:00-18:00", "10:00-17:00"]
        assert contact_details() == ContactDetails(email="hello@shop.example", url="https://shop.example/contact")
    with shop_scope(other_shop):
        assert (opening_hours(), shipping_options(), contact_details()) == (OpeningHours(), (), ContactDetails())
    shown = owner.get(address).content.decode()
    assert "France, Belgium, Switzerland" in shown
    assert owner.post(address, SENT | {"delivery-0-countries": "Antilles, La Réunion"}).status_code == 302
    emptied = owner.post(address, {"delivery-TOTAL_FORMS": "0", "delivery-INITIAL_FORMS": "0"})
    assert emptied.status_code == 302
    with shop_scope(shop):
        assert (opening_hours(), shipping_options(), contact_details()) == (OpeningHours(), (), ContactDetails())


def test_what_is_set_moves_with_the_shop(details: ShopId, tmp_path):
    export_folder(details, tmp_path / "a")
    moved = load_folder("moved", plain_folder(tmp_path / "a")).shop_id
    with shop_scope(moved):
        assert (opening_hours(), shipping_options(), contact_details()) == (WEEK, OPTIONS, CONTACT)
    export_folder(moved, tmp_path / "b")
    names = [one / "settings.jsonl" for one in (tmp_path / "a", tmp_path / "b")]
    assert names[0].read_bytes() == names[1].read_bytes()
