"""What lies in the cart of who agreed to be remembered stands beside what they say; of anybody else it is not kept."""

from typing import Any

from django.test import Client
from django.urls import reverse

from chatbot.answers.models import Conversation
from shopconnect.catalog.selectors import public_ids
from shopconnect.catalog.services import store_products
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.conftest import draft
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.test_order_status import signed_in
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.test_inbox import desk
from tests.chatbot.console.test_orders_beside import page_of

__all__ = ["desk", "faq", "shopper"]
AGREED = {"consent": "granted"}


def asked(shopper: Client, shop: ShopId, **more: Any) -> dict[str, Any]:
    """Have somebody write; returns the body that names their conversation."""
    with shop_scope(shop):
        store_products([draft(number) for number in range(3)])
    told = post(shopper, shop, {"text": "when will my order arrive?"} | more).json()
    return {"conversation": told["conversation"]} | more


def kept(shop: ShopId) -> list[Any]:
    with shop_scope(shop):
        return [(one.cart, one.cart_at is not None) for one in Conversation.objects.order_by("id")]


def test_a_cart_of_who_agreed_stands_beside_the_conversation_with_its_time(faq: ShopId, shopper: Client, desk: Client):
    talk = asked(shopper, faq)
    assert post(shopper, faq, talk | AGREED | {"cart": "p2,p0,p2,unknown"}, "cart").json() == {}
    assert kept(faq) == [(["p2", "p0", "unknown"], True)]
    with shop_scope(faq):
        names, row = public_ids(["p0", "p1", "p2"]), Conversation.objects.get()
    page = page_of(desk, row.public_id)
    links = [reverse("catalog:product", args=[names[one]]) for one in ("p2", "p0")]
    assert "In this shopper’s cart" in page
    assert page.index(links[0]) < page.index(links[1])
    assert reverse("catalog:product", args=[names["p1"]]) not in page
    assert f"As the shop’s page showed it on {row.cart_at:%-d}" in page


def test_nothing_is_kept_of_who_did_not_agree_and_what_was_kept_goes_with_a_no(faq: ShopId, shopper: Client):
    talk = asked(shopper, faq)
    cart = talk | {"cart": "p0"}
    for told in (cart, cart | {"consent": "denied"}, cart | AGREED | {"apart": "p"}):
        assert post(shopper, faq, told, "cart").status_code == 200
        assert kept(faq) == [([], False)]
    for no in (talk, talk | AGREED | {"cart": ""}):  # who no longer agrees, and whose cart is empty
        post(shopper, faq, cart | AGREED, "cart")
        assert kept(faq) == [(["p0"], True)]
        post(shopper, faq, no, "cart")
        assert kept(faq) == [([], False)]
    gpc = Client(headers={"origin": "http://localhost", "sec-gpc": "1"})
    assert post(gpc, faq, cart | AGREED, "cart").status_code == 200
    assert kept(faq) == [([], False)]


def test_a_cart_is_told_in_ones_own_conversation_alone_and_is_bounded(
    faq: ShopId, other_shop: ShopId, shopper: Client, desk: Client
):
    ada = signed_in(faq, "c7")
    talk = asked(shopper, faq, **ada) | AGREED | {"cart": "p0"}
    stranger = {name: value for name, value in talk.items() if name != "customer"}
    for stolen in (talk | {"conversation": "x"}, stranger, stranger | signed_in(faq, "c8")):
        assert post(shopper, faq, stolen, "cart").status_code == 404
    assert post(shopper, other_shop, talk, "cart").status_code == 404
    assert kept(faq) == [([], False)]
    post(shopper, faq, talk | {"cart": ",".join(["", "x" * 300, *(f"p{number}" for number in range(50))])}, "cart")
    assert kept(faq) == [([f"p{number}" for number in range(20)], True)]
    post(shopper, faq, talk | {"cart": "<script>,nothing"}, "cart")
    with shop_scope(faq):
        public_id = Conversation.objects.get().public_id
        handed = next(iter(registered()["answers.conversation"].export(Person(customer_external_id="c7"))))
    assert handed["cart"] == ["<script>", "nothing"]
    assert "In this shopper’s cart" not in page_of(desk, public_id)
