"""Hours, delivery and contact: set on one page, told in chat in the shopper's language, moved with the shop."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from django.urls import reverse

from chatbot.answers import answering
from chatbot.answers.facts.contact import contact_details, save_contact_details
from chatbot.answers.facts.countries import named_countries
from chatbot.answers.facts.hours import opening_hours, read_day, save_opening_hours, write_day
from chatbot.answers.facts.shipping import save_shipping_options, shipping_options
from chatbot.answers.facts.types import Asked, ContactDetails, OpeningHours, ShippingOption
from chatbot.answers.types import AnswerOutcome, Topic
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.services import store_settings
from shopconnect.sync.services import export_folder, load_folder
from tests.chatbot.answers.test_answer_pages import member
from tests.chatbot.answers.test_conversation import last, say
from tests.chatbot.answers.test_widget import post, shopper, worker_answers
from tests.chatbot.example_shops import ruler
from tests.shopconnect.sync.folders import plain_folder

__all__ = ["shopper"]
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


@pytest.fixture
def details(shop: ShopId) -> ShopId:
    """A shop without a FAQ that has set all of it."""
    set_details(shop)
    return shop


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


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "are you open today?", "We’re closed on Sunday."),
        ("en", "are you open the day after tomorrow?", "We’re open on Tuesday from 9:00"),
        ("fr", "êtes-vous ouverts après-demain ?", "Nous sommes ouverts le mardi de 09:00"),
        ("fr", "êtes-vous ouverts demain ?", "Nous sommes ouverts le lundi de 09:00"),
    ],
)
def test_today_is_the_shops_own_day(details: ShopId, monkeypatch, language: str, text: str, expected: str):
    # Saturday, 23:30 in Greenwich, is Sunday in Paris.
    monkeypatch.setattr("chatbot.answers.facts.hours.now", lambda: datetime(2026, 11, 28, 23, 30, tzinfo=UTC))
    with shop_scope(details):
        found = answering.find_hours_fact(answering.Asked(text=text, language=language))
    assert found is not None
    assert plain(found.text).startswith(expected)
    assert "\n" not in found.text


@pytest.mark.parametrize(
    ("moment", "language", "expected"),
    [
        # Friday's evening in Paris, an hour ahead of Greenwich, and what is left of it on Saturday.
        ("2026-11-27T16:59", "en", "we’re closed now. We open on Friday at 6:00 PM."),
        ("2026-11-27T17:00", "en", "we’re open now, until 2:00 AM."),
        ("2026-11-27T22:59", "fr", "nous sommes ouverts en ce moment, jusqu’à 02:00."),
        ("2026-11-27T23:00", "fr", "nous sommes ouverts en ce moment, jusqu’à 02:00."),
        ("2026-11-28T00:59", "en", "we’re open now, until 2:00 AM."),
        ("2026-11-28T01:00", "en", "we’re closed now. We open on Saturday at 8:00 PM."),
        # Saturday goes on into Sunday, whose hours begin at midnight.
        ("2026-11-28T21:00", "en", "we’re open now, until 1:00 AM."),
        ("2026-11-28T23:30", "en", "we’re open now, until 1:00 AM."),
        ("2026-11-29T00:00", "fr", "nous sommes fermés en ce moment. Nous ouvrons le vendredi à 18:00."),
    ],
)
def test_whether_it_is_open_now_is_right_on_both_sides_of_midnight(
    shop: ShopId, monkeypatch, moment: str, language: str, expected: str
):
    evenings = ((), (), (), (), read_day("18:00-02:00"), read_day("20:00-24:00"), read_day("0:00-1:00"))
    with shop_scope(shop):
        save_opening_hours(OpeningHours(evenings))
    monkeypatch.setattr("chatbot.answers.facts.hours.now", lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC))
    text = {"en": "are you open right now?", "fr": "êtes-vous ouverts en ce moment ?"}[language]
    with shop_scope(shop):
        found = answering.find_hours_fact(Asked(text=text, language=language))
    assert found is not None
    assert plain(found.text).endswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("are you open on fridays?", "We’re open on Friday from 6:00 PM to 2:00 AM."),
        ("are you open on saturdays?", "We’re open on Saturday all day."),
    ],
)
def test_hours_past_midnight_are_told_of_the_day_on_which_they_begin(shop: ShopId, text: str, expected: str):
    with shop_scope(shop):
        save_opening_hours(OpeningHours((*[()] * 4, read_day("18:00-02:00"), read_day("0-24"), ())))
        found = answering.find_hours_fact(Asked(text=text, language="en"))
    assert found is not None
    assert plain(found.text) == expected


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


def test_the_settings_come_before_an_entry_and_without_them_entries_answer(faq: ShopId, shopper, monkeypatch):
    worker_answers(monkeypatch, faq)
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
    ("written", "read"),
    [
        ("9-12:30", [("09:00", "12:30")]),
        ("9h30 - 12h, 14 h - 18 h 15", [("09:30", "12:00"), ("14:00", "18:15")]),
        ("9am to 5pm", [("09:00", "17:00")]),
        ("de 9:00 à 17:00", [("09:00", "17:00")]),
        ("10:00–24:00", [("10:00", "00:00")]),
        ("0:00-24:00", [("00:00", "00:00")]),
        ("18:00-02:00", [("18:00", "02:00")]),
        ("11h30-14h, 18h-2h", [("11:30", "14:00"), ("18:00", "02:00")]),
        ("6pm-2am", [("18:00", "02:00")]),
        ("fermé", []),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, read: list[tuple[str, str]]):
    found = read_day(written)
    assert found == tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in read)
    assert read_day(write_day(found)) == found


@pytest.mark.parametrize(
    "written",
    [
        *("morning", "9-5", "9:00-5:00", "9-12, 11-15", "25-26", "9:70-10", "13pm-14pm", "2-6pm", "9-9"),
        *("18-2, 3-5", "9-12, 18-10", "9-12, 18-9", "1-2,3-4,5-6,7-8"),
    ],
)
def test_hours_that_mean_nothing_are_refused(written: str):
    with pytest.raises(ValueError, match=".+"):
        read_day(written)


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
