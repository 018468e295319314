"""The log of conversations and one conversation in a real browser; SCREENSHOTS=1 draws their pictures again."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message
from chatbot.answers.services import answer_exchange, ask_person, choose_guess, find_reply, rate_reply, store_question
from chatbot.answers.thresholds import calibrate
from chatbot.answers.types import AnswerOutcome, EntrySummary, Topic
from chatbot.console.services import read_log
from chatbot.console.types import LogQuery
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.services import open_shop
from shopconnect.shops.types import ShopProfileSummary
from tests.browser.accessibility import TOO_WIDE, problems_of
from tests.browser.pictures import place_of

WIDTHS = ((360, 740), (768, 1024), (1280, 900))
AXE_AT = {(360, "light"), (1280, "light"), (1280, "dark")}  # between them there is nothing new
DRAWN = ("chat-log", "conversation")
PICTURES = {("en", 1280, "light"), ("fr", 1280, "dark"), ("en", 768, "light"), ("fr", 360, "light")}
AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
FAQ = (
    EntrySummary(
        "delivery",
        "en",
        "How long does delivery take?",
        "Two to three working days.",
        ("When will my order arrive?", "How many days until I get my parcel?"),
    ),
    EntrySummary(
        "tracking",
        "en",
        "Where is my parcel?",
        "Follow it with the link in your dispatch e-mail.",
        ("How do I track my order?", "Where is my order?"),
    ),
    EntrySummary(
        "returns",
        "en",
        "How do I return an item?",
        "Send it back within 30 days; the label is free.",
        ("I want to send it back", "Can I return this?"),
    ),
    EntrySummary(
        "refund",
        "en",
        "When do I get my money back?",
        "Within five days of the parcel reaching us.",
        ("When will I be refunded?", "Where is my money?"),
    ),
    EntrySummary(
        "delivery",
        "fr",
        "Quels sont vos délais de livraison ?",
        "Deux à trois jours ouvrés.",
        ("Quand serai-je livré ?", "Combien de temps prend la livraison ?"),
    ),
    EntrySummary(
        "returns",
        "fr",
        "Comment retourner un article ?",
        "Renvoyez-le sous 30 jours, l’étiquette est offerte.",
        ("Je veux le renvoyer", "Puis-je rendre cet article ?"),
    ),
    EntrySummary(
        "refund",
        "fr",
        "Quand serai-je remboursé ?",
        "Sous cinq jours après réception du colis.",
        ("Où est mon argent ?", "Quand arrive mon remboursement ?"),
    ),
)
SAID = (
    ("en", "How long does delivery take to Lyon?"),
    ("fr", "quand serai-je remboursé ?"),
    ("en", "do you sell gift cards"),
    ("fr", "je veux renvoyer ma théière, elle est arrivée ébréchée et la boîte était ouverte"),
    ("en", "can I return this?"),
    ("fr", "avez-vous une boutique à Nantes"),
    ("en", "my money"),
    ("en", "Where is my order? You can write to me at ada.lovelace@example.com"),
)
LONG = {
    "fr": ("un problème avec ma commande", "avez-vous une carte de fidélité"),
    "en": ("my parcel", "do you have a loyalty card"),
}


@pytest.fixture
def bare(transactional_db: None) -> ShopId:
    """A shop without answers and without conversations."""
    return open_shop(
        "maison",
        ShopProfileSummary(
            name="Maison Verveine",
            currency="EUR",
            timezone="Europe/Paris",
            languages=("fr", "en"),
            countries=("FR",),
            hosts=("localhost",),
            prices_include_tax=True,
        ),
    )


@pytest.fixture
def talked(bare: ShopId) -> ShopId:
    """The same shop with answers, eight conversations of one question, and a long one with every way of asking."""
    with shop_scope(bare):
        store_entries(FAQ)
    with time_machine.travel(AT, tick=False) as clock:
        for place, (language, text) in enumerate(SAID):
            clock.shift(timedelta(minutes=7 * place + 5))
            said(bare, None, text, language)
        for language, (begun, gone_on) in LONG.items():
            token = said(bare, None, begun, language)
            clock.shift(timedelta(minutes=1))
            with shop_scope(bare):
                guess = Message.objects.get(answers__text=begun).candidates[0]["id"]
            reply, _ = choose_guess(bare, token, guess, language)
            rate_reply(bare, token, reply.exchange, helpful=False)
            said(bare, token, gone_on, language)
            clock.shift(timedelta(minutes=2))
            ask_person(bare, token, language)
    with shop_scope(bare):  # the longest badges
        Message.objects.filter(answers__text=SAID[0][1]).update(outcome=AnswerOutcome.FACT, topic=Topic.CHANGE)
    return bare


def said(shop: ShopId, token: str | None, text: str, language: str) -> str:
    """Ask and have answered; an answer is liked. Returns the conversation's token."""
    asked = store_question(shop, token, text, language)
    answer_exchange(shop, asked.exchange_id)
    reply = find_reply(shop, asked.conversation, asked.exchange)
    assert reply is not None
    if reply.outcome == AnswerOutcome.ANSWER:
        rate_reply(shop, asked.conversation, asked.exchange, helpful=True)
    return asked.conversation


@pytest.fixture
def sign_in(page: Any, live_server: Any) -> Callable[..., str]:
    """Have the page signed in as a member of a shop; returns the address of the site."""

    def enter(shop: ShopId, role: Role, language: str) -> str:
        user = User.objects.create_user(
            email=f"{role}@example.test", password="x", name="Zoé Martin", language=language
        )
        Membership.objects.create(user=user, shop_id=shop, role=role)
        return enter_as(page, str(live_server.url), user, language)

    return enter


def enter_as(page: Any, site: str, user: User, language: str) -> str:
    """Have a page signed in as somebody, in a language; returns the address of the site."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site},
        ]
    )
    return site


def check(page: Any, language: str, name: str) -> None:
    """Hold a page at every width, light and dark: nothing wider than the screen, nothing that axe complains of."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(TOO_WIDE) <= 0, (name, width)
            draw(page, language, name, width, scheme)
            if (width, scheme) in AXE_AT:
                assert problems_of(page) == [], (name, width, scheme)


def draw(page: Any, language: str, name: str, width: int, scheme: str) -> None:
    if os.environ.get("SCREENSHOTS") and name in DRAWN and (language, width, scheme) in PICTURES:
        suffix = "-dark" if scheme == "dark" else ""
        page.screenshot(path=place_of(f"{name}-{language}-{width}{suffix}.png"), full_page=True)


def longest_talk(page: Any, shop: ShopId, language: str) -> str:
    """The address of the long conversation in a language."""
    exchange = read_log(shop, LogQuery(text=LONG[language][0], language=language)).exchanges[0]
    return reverse("console:conversation", args=[exchange.conversation])


@pytest.mark.parametrize(("language", "role"), [("en", Role.OWNER), ("fr", Role.SUPPORT)])
def test_log_and_conversation_hold_at_every_width_in_both_lights(
    page: Any, talked: ShopId, sign_in: Callable[..., str], language: str, role: Role
):
    site = sign_in(talked, role, language)
    page.goto(f"{site}{reverse('console:log')}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    check(page, language, "chat-log")
    page.set_viewport_size({"width": 360, "height": 740})
    aligned = page.locator(".table.log td").evaluate_all("all => all.map(one => getComputedStyle(one).textAlign)")
    assert set(aligned) <= {"start", "left"} != set()
    page.goto(f"{site}{longest_talk(page, talked, language)}")
    page.locator("summary").first.click()
    check(page, language, "conversation")


@pytest.mark.parametrize(
    ("role", "language", "names"),
    [
        (Role.OWNER, "en", ["Home", "Suggestions", "Rules", "Conversations"]),
        (Role.SUPPORT, "fr", ["Accueil", "Conversations", "Notifications"]),
    ],
)
def test_owner_and_support_find_the_log_in_the_navigation(
    page: Any, talked: ShopId, sign_in: Callable[..., str], role: Role, language: str, names: list[str]
):
    page.goto(sign_in(talked, role, language) + reverse("notifications:notices"))
    for name in names:
        expect(page.locator(".side .nav a", has_text=name)).to_have_count(1)
    page.locator(".side .nav a", has_text="Conversations").click()
    expect(page.locator(".side .nav a[aria-current]")).to_have_text("Conversations")
    expect(page.locator("tbody tr")).to_have_count(16)


def test_the_log_is_narrowed_and_read_by_keyboard_alone(page: Any, talked: ShopId, sign_in: Callable[..., str]):
    page.goto(f"{sign_in(talked, Role.SUPPORT, 'en')}{reverse('console:log')}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Confidence")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("loyalty")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=loyalty**")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("loyalty")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('tbody')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/*/")
    page.locator("details:has(tbody) > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open] tbody tr").count() >= 1


def test_filters_say_when_nothing_fits_and_lead_back(page: Any, talked: ShopId, sign_in: Callable[..., str]):
    page.goto(f"{sign_in(talked, Role.OWNER, 'fr')}{reverse('console:log')}")
    page.locator("#outcome").select_option("hand_over")
    page.locator("#text").fill("rien de tel")
    page.get_by_role("button", name="Afficher les conversations").click()
    expect(page.get_by_role("heading", name="Aucune conversation ne correspond")).to_be_visible()
    expect(page.locator("#outcome")).to_have_value("hand_over")
    check(page, "fr", "chat-log-nothing-fits")
    page.locator(".empty a").click()
    expect(page.locator("tbody tr")).to_have_count(16)


def test_an_empty_log_says_what_comes_and_the_next_step(page: Any, bare: ShopId, sign_in: Callable[..., str]):
    address = f"{sign_in(bare, Role.OWNER, 'en')}{reverse('console:log')}"
    page.goto(address)
    expect(page.get_by_role("heading", name="The assistant doesn’t have any answers yet")).to_be_visible()
    expect(page.locator("form.filters")).to_have_count(0)
    check(page, "en", "chat-log-no-answers")
    with shop_scope(bare):
        store_entries(FAQ)
    page.goto(address)
    expect(page.get_by_role("heading", name="No questions yet")).to_be_visible()
    check(page, "en", "chat-log-empty")


@pytest.mark.parametrize(("language", "mark", "right"), [("en", "Mark as right", "Right"), ("fr", "Marquer", "Bonne")])
def test_staff_mark_answers_see_how_many_are_right_and_move_the_threshold(
    page: Any, talked: ShopId, sign_in: Callable[..., str], language: str, mark: str, right: str
):
    site = sign_in(talked, Role.SUPPORT, language)
    page.goto(f"{site}{longest_talk(page, talked, language)}")
    page.locator("details:has(tbody) > summary").first.click()
    page.get_by_role("button", name=mark).first.click()
    page.locator("details:has(tbody) > summary").first.click()
    expect(page.locator("details[open] .badge.good").first).to_contain_text(right)
    calibrate(talked)
    page.goto(f"{site}{reverse('console:confidence')}")
    check(page, language, "confidence")
    page.locator("input[name=threshold]:not(:disabled)").last.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=threshold]:checked")).to_have_value("0.95")
