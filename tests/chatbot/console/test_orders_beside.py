"""The orders of a signed-in shopper stand beside what they say: for who answers, and of their own account only."""

from django.test import Client
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.models import Conversation
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer
from shopconnect.shops.models import AuditEntry
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_inbox import desk, signed_in
from tests.shopconnect.api.conftest import make_order

__all__ = ["desk", "faq"]
ADA = "ada@example.com"


def asks(shop: ShopId, customer: str = "77") -> int:
    """Have somebody ask, signed in or a guest; returns the conversation's public id."""
    services.store_question(shop, None, "when will my order arrive?", "en", customer)
    with shop_scope(shop):
        return int(Conversation.objects.order_by("-id")[0].public_id)


def orders_of(shop: ShopId, count: int, customer: str = "77") -> Customer:
    with shop_scope(shop):
        account = Customer.objects.create(external_id=customer, person_key=person_key(ADA))
        for place in range(count):
            make_order(f"{customer}-{place}", number=f"{customer}00{place}", customer=account)
        return account


def page_of(client: Client, talk: int) -> str:
    return client.get(reverse("console:conversation", args=[talk])).content.decode()


def test_the_latest_orders_of_the_account_are_shown_and_reading_is_noted(faq: ShopId, desk: Client):
    account = orders_of(faq, 6)
    with shop_scope(faq):
        make_order("guest", number="31337", person_key=person_key(ADA))
    page = page_of(desk, asks(faq))
    assert [number for number in ("77000", "77001", "77005") if f"Order {number}" in page] == ["77001", "77005"]
    assert "The latest 5 of 6." in page
    assert reverse("orders:customer", args=[account.public_id]) in page
    assert "31337" not in page  # of the same address: nobody proved that it is the account's
    assert ADA not in page
    with shop_scope(faq):
        assert AuditEntry.objects.filter(action="read_conversation").count() == 1


def test_a_guest_an_unknown_and_a_deleted_account_have_none(faq: ShopId, desk: Client):
    orders_of(faq, 1)
    assert "Orders of this shopper" not in page_of(desk, asks(faq, ""))
    assert "Orders of this shopper" not in page_of(desk, asks(faq, "78"))
    with shop_scope(faq):
        Customer.objects.update(deleted_at=now())
    assert "Orders of this shopper" not in page_of(desk, asks(faq))


def test_an_account_without_orders_is_said_to_have_none(faq: ShopId, desk: Client):
    orders_of(faq, 0)
    assert "No orders from this customer yet" in page_of(desk, asks(faq))


def test_other_shops_and_analysts_see_none(faq: ShopId, other_shop: ShopId, desk: Client):
    orders_of(other_shop, 1)
    talk = asks(faq)
    assert "77000" not in page_of(desk, talk)
    for role, shop, status in ((Role.ANALYST, faq, 403), (Role.OWNER, other_shop, 404)):
        url = reverse("console:conversation", args=[talk])
        assert signed_in(shop, role).get(url).status_code == status
