"""What calls the REST API in tests."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shopconnect.accounts.scopes import scopes as known_scopes
from shopconnect.accounts.tokens import make_token
from shopconnect.catalog.models import Product
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Line, Order
from shopconnect.rest_urls import urlpatterns

# The paths of the API itself, without its description.
paths = [entry for entry in urlpatterns if hasattr(entry.callback, "cls")]
AT = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


@pytest.fixture
def caller() -> Callable[..., Client]:
    """Return a client whose calls carry a token of a shop, with all scopes unless said."""

    def call_as(shop_id: ShopId, scopes: Iterable[str] | None = None) -> Client:
        token = make_token(shop_id, "tests", known_scopes() if scopes is None else scopes, days=30).token
        return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    return call_as


@pytest.fixture
def api(shop: ShopId, caller: Callable[..., Client]) -> Client:
    """A client with every scope of the first shop."""
    return caller(shop)


def make_product(external_id: str = "p1", **fields: Any) -> Product:
    """Make a product of the shop in scope."""
    return Product.objects.create(
        **{
            "external_id": external_id,
            "title": f"Product {external_id}",
            "currency": "EUR",
            "price_amount": Decimal("49.9"),
            "category": ["Home", "Lamps"],
            "created_at": AT,
        }
        | fields
    )


def make_order(external_id: str = "o1", product: Product | None = None, **fields: Any) -> Order:
    """Make an order of the shop in scope with one line of a product."""
    order = Order.objects.create(
        **{
            "external_id": external_id,
            "kind": "order",
            "placed_at": AT,
            "currency": "EUR",
            "total_amount": Decimal("89.80"),
        }
        | fields
    )
    Line.objects.create(
        order=order,
        position=0,
        product=product,
        product_external_id=product.external_id if product else "gone",
        quantity=Decimal(2),
        total_amount=Decimal("89.80"),
        discount_amount=Decimal(10),
    )
    return order


@pytest.fixture
def rows(shop: ShopId, other_shop: ShopId) -> dict[str, dict[str, Any]]:
    """A product, an order and a customer in each shop."""
    made = {}
    for name, shop_id in (("ours", shop), ("theirs", other_shop)):
        with shop_scope(shop_id):
            product = make_product()
            customer = Customer.objects.create(external_id="c1", email="ada@example.com", person_key="k", country="FR")
            made[name] = {
                "products": product,
                "customers": customer,
                "orders": make_order(product=product, customer_external_id="c1"),
            }
    return made
