"""Answers out of the pages that a shop has on its platform: shown first, as those of a file are."""

from dataclasses import replace

import pytest
from django.urls import reverse

from chatbot.answers.drafts.faq_page import read_policy
from chatbot.answers.drafts.imports import read_shop_pages
from chatbot.answers.drafts.selectors import all_texts
from shopconnect.accounts.types import Role
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.registry import find_platform
from shopconnect.connectors.types import PageDraft
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from tests.chatbot.answers.test_answer_pages import member
from tests.connectors.dummy.entering import enter_platform
from tests.connectors.dummy.platform import DESCRIPTOR, NAME
from tests.connectors.dummy.store import DummyShop

HOST = "shop.example.com"
KEY = Tokens(access="ck", secret="cs")
PAGES = [
    PageDraft(
        title="Help", html="<h2>Do you wrap presents?</h2><p>Yes &amp; for free.</p><h2>Our story</h2><p>Long.</p>"
    ),
    PageDraft(title="About us", html="<p>We are potters.</p>"),
    PageDraft(
        title="Refund policy",
        html="<p>You have 30 days.</p><h3>Damaged items</h3><p>Write to us.</p><h3>Empty</h3>",
        is_policy=True,
    ),
]
EXPECTED = {
    "Do you wrap presents?": "Yes & for free.",
    "Refund policy": "You have 30 days.",
    "Refund policy: Damaged items": "Write to us.",
}


@pytest.fixture
def store(monkeypatch) -> DummyShop:
    """A shop of the invented platform, which is entered for this test alone."""
    platform = enter_platform(monkeypatch)
    platform.shops[HOST] = DummyShop(HOST)
    return platform.shops[HOST]


@pytest.fixture
def installed(db, store: DummyShop) -> ShopId:
    """That shop, installed."""
    return installs.install_shop(NAME, HOST, KEY, find_platform(NAME).connect(HOST, KEY).read_shop())


def test_questions_of_pages_and_parts_of_policies_are_found(installed: ShopId, store: DummyShop):
    store.pages = PAGES
    found = read_shop_pages(installed, "en")
    assert {one.question: one.answer for one in found} == EXPECTED
    assert {one.language for one in found} == {"en"}
    assert [one.external_id for one in read_shop_pages(installed, "en")] == [one.external_id for one in found]


def test_pages_in_several_languages_are_one_entry_where_the_platform_tells(installed: ShopId, store: DummyShop):
    french = "<h2>Emballez-vous les cadeaux ?</h2><p>Oui.</p><h2>Quels délais ?</h2><p>Deux jours.</p>"
    english = "<h2>Do you wrap presents?</h2><p>Yes.</p><h2>How long does it take?</h2><p>Two days.</p>"
    longer = english + "<h2>Only here?</h2><p>Yes.</p>"
    german = "<h2>Verpacken Sie Geschenke?</h2><p>Ja.</p>"
    store.pages = [
        PageDraft(title="Aide", html=french, language="fr", original="1"),
        PageDraft(title="Help", html=english, language="en", original="1"),
        PageDraft(title="Hilfe", html=german, language="de", original="1"),
        PageDraft(title="Aide", html=french.replace("Quels", "Et quels"), language="fr", original="2"),
        PageDraft(title="Help", html=longer.replace("you", "they"), language="en", original="2"),
    ]
    found = read_shop_pages(installed, "en")
    by_id: dict[str, list[str]] = {}
    for one in found:
        by_id.setdefault(one.external_id, []).append(one.question)
    assert list(by_id.values()) == [
        ["Emballez-vous les cadeaux ?", "Do you wrap presents?"],
        ["Quels délais ?", "How long does it take?"],
        ["Et quels délais ?"],
        ["Do they wrap presents?"],
        ["Only here?"],
    ]


def test_the_words_of_a_page_tell_its_language_where_the_platform_does_not(installed: ShopId, store: DummyShop):
    store.pages = [
        PageDraft(title="Aide", html="<h2>Emballez-vous les cadeaux ?</h2><p>Oui, c’est offert.</p>"),
        PageDraft(title="Help", html="<h2>Do you wrap presents?</h2><p>Yes, for free.</p>"),
        PageDraft(title="Ok", html="<h2>DHL?</h2><p>Ok.</p>"),
    ]
    assert [one.language for one in read_shop_pages(installed, "fr")] == ["fr", "en", "fr"]


def test_a_policy_is_read_in_parts():
    assert read_policy("Terms", "<h1>Price</h1><p>In euros.<br>With tax.</p>") == (
        ("Terms: Price", "In euros.\nWith tax."),
    )
    assert read_policy("Terms", "<script>x</script>") == ()


@pytest.mark.parametrize("trouble", ["no pages", "a wall"])
def test_where_nothing_can_be_read_it_is_said(installed: ShopId, store: DummyShop, trouble: str):
    store.wall = 403 if trouble == "a wall" else None
    with pytest.raises(Refusal) as told:
        read_shop_pages(installed, "en")
    assert told.value.code == "bad_page"


def test_a_shop_without_a_platform_is_offered_none_and_refused(shop: ShopId):
    client, address = member(shop, Role.OWNER), reverse("answers:import")
    assert 'name="pages"' not in client.get(address).content.decode()
    assert client.post(address, {"pages": "on", "language": "en"}).status_code == 400


def test_staff_see_what_was_found_before_it_is_kept(installed: ShopId, store: DummyShop):
    store.pages = PAGES
    client, address = member(installed, Role.SUPPORT), reverse("answers:import")
    assert "From your pages and policies in Dummy" in client.get(address).content.decode()
    shown = client.post(address, {"pages": "on", "language": "en"}).content.decode()
    assert all(question in shown for question in EXPECTED)
    with shop_scope(installed):
        assert all_texts() == ({}, {})
    assert member(installed, Role.ANALYST).post(address, {"pages": "on", "language": "en"}).status_code == 403


def test_what_is_not_granted_is_asked_of_an_owner_alone(installed: ShopId, store: DummyShop, monkeypatch):
    asking = replace(DESCRIPTOR, page_scopes=("read_pages",))
    monkeypatch.setattr("chatbot.answers.pages.services.find_descriptor", lambda _name: asking)
    owner, address = member(installed, Role.OWNER), reverse("answers:import")
    shown = owner.get(address).content.decode()
    assert "Open ShopConnect in Dummy to allow it." in shown
    assert 'name="pages"' not in shown
    support = member(installed, Role.SUPPORT)
    assert "A shop owner can allow it." in support.get(address).content.decode()
    assert support.post(reverse("answers:allowed")).status_code == 403
    assert owner.post(reverse("answers:allowed")).status_code == 302
    assert owner.get(reverse("answers:allowed")).status_code == 405
