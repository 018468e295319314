"""What the tests of the events room share: a device with an open page, and an empty stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.models import Event
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.visitors import sign_visitor

ORIGIN = "http://localhost:9000"
VISIT, VISITOR = "visit-0001", "0" * 31 + "1"


def uuid7(at: datetime | None = None, number: int = 1) -> str:
    """The UUIDv7 of a moment; the same number makes the same one."""
    milliseconds = int((at or now()).timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | number))


@dataclass
class Device:
    """A shopper's device on a page of the shop."""

    key: str
    client: Client
    name: str  # what stands on it of VISITOR, signed

    def post(self, name: str, body: object, kind: str = "text/plain", **headers: str) -> Any:
        """Post to an endpoint, as a page does that is being left."""
        return self.client.post(f"/w/{self.key}/{name}", body, content_type=kind, headers=headers)

    def tell(self, *events: dict[str, object], consent: str = "granted", **headers: str) -> Any:
        """Send a batch."""
        body = {"consent": consent, "visit": VISIT, "visitor": self.name, "events": list(events)}
        return self.post("events", body, "application/json", **headers)


@pytest.fixture
def device(shop: ShopId) -> Device:
    """A device on a page of the shop."""
    return device_of(shop)


def device_of(shop_id: ShopId) -> Device:
    """Return a device on a page of a shop, with a name of that shop's."""
    key, client = keys_of_shop(shop_id, KeyKind.WIDGET)[0], Client(headers={"origin": ORIGIN})
    return Device(key, client, sign_visitor(shop_id, VISITOR))


def stored(shop_id: ShopId) -> list[Event]:
    """Return the shop's events, by time."""
    with shop_scope(shop_id):
        return list(Event.objects.order_by("at", "id"))
