"""A shopper's page tells the team what lies in the cart, once the shopper agreed to be remembered and no longer."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from chatbot.answers.models import Conversation
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.accessibility import problems_at
from tests.browser.test_console import sign_in
from tests.browser.test_side_by_side import REFERENCE, asks_for_person, draw, phone, shop, talk_of
from tests.browser.waiting import until_page
from tests.browser.words import words_in

__all__ = ["phone", "shop", "sign_in"]
FILL = "document.body.dataset.shopconnectCart = 'p2,p6'"
AGREED_TO_LESS = "localStorage.setItem('shopconnect.consent', JSON.stringify({choice: 'granted'}))"


def cart_of(shop: ShopId) -> list[str]:
    with shop_scope(shop):
        return list(Conversation.objects.get().cart)


def test_the_team_sees_the_cart_of_who_agreed(page: Any, phone: Any, shop: ShopId, sign_in: Callable[..., str]):
    told = list[str]()
    phone.on("request", lambda one: told.append(one.url) if one.url.endswith("/cart") else None)
    site = sign_in(shop, Role.SUPPORT, "fr")
    phone.goto(f"{site}/storefront/front/fr/")
    phone.evaluate(FILL)
    panel = asks_for_person(phone, site, "fr", words_in("fr"))
    assert (told, cart_of(shop)) == ([], [])  # nobody agreed yet

    phone.evaluate(AGREED_TO_LESS)  # to the question as it was before it named the cart
    phone.goto(f"{site}/storefront/front/fr/")
    phone.evaluate(FILL)
    launcher = phone.locator("shopconnect-chat button").first
    launcher.click()
    panel.get_by_text(REFERENCE).wait_for()
    assert (told, cart_of(shop)) == ([], [])
    phone.keyboard.press("Escape")
    phone.get_by_role("button", name="Accepter").click()
    launcher.click()
    until_page(phone, lambda: cart_of(shop) == ["p2", "p6"])
    page.goto(site + talk_of(shop))
    expect(page.get_by_role("heading", name="Dans le panier de ce client")).to_be_visible()
    expect(page.get_by_role("link", name="Miel de lavande")).to_be_visible()
    draw(page, "cart-beside-fr", full_page=True)
    assert problems_at(page, 320, 1280) == {}

    phone.keyboard.press("Escape")
    phone.get_by_role("button", name="Confidentialité").click()
    phone.get_by_role("button", name="Refuser").click()
    until_page(phone, lambda: cart_of(shop) == [])
    page.reload()
    expect(page.get_by_role("heading", name="Dans le panier de ce client")).to_have_count(0)
