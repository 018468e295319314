"""What the tests of the widgets share: a public key, an endpoint that can be told what to do, fresh memory."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.registry import shopper_endpoint
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse

ORIGIN = "http://localhost:9000"


@pytest.fixture
def key(shop: ShopId) -> str:
    """The shop's public key."""
    return keys_of_shop(shop, KeyKind.WIDGET)[0]


class Stub:
    """An endpoint that remembers what it was asked and does what it is told."""

    def __init__(self) -> None:
        self.asks: list[WidgetRequest] = []
        self.does: Callable[[WidgetRequest], Any] = lambda ask: WidgetResponse({"ok": True})

    def __call__(self, ask: WidgetRequest) -> Any:
        self.asks.append(ask)
        return self.does(ask)


@pytest.fixture
def stub(serve: Any) -> Stub:
    """An endpoint named `stub`, five calls a minute."""
    stub = Stub()
    serve("stub", shopper_endpoint(methods=("GET", "POST"), rate=Rate(5))(stub))
    return stub


@pytest.fixture
def form(serve: Any) -> Stub:
    """An endpoint named `form` that takes form fields, two of which say something of a person."""
    stub = Stub()
    endpoint = shopper_endpoint(methods=("GET", "POST"), is_form=True, private=("visitor", "views"))
    serve("form", endpoint(stub))
    return stub


@pytest.fixture
def shopper() -> Client:
    """A shopper's browser on a page of the shop."""
    return Client(headers={"origin": ORIGIN})
