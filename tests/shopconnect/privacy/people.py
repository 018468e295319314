"""A person with a trace in every table, for tests of what the law lets them ask."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from chatbot.answers.services import store_question
from shopconnect.connectors.base import PrivacyRequested, PrivacyRequestKind
from shopconnect.connectors.types import (
    ConsentDraft,
    CustomerDraft,
    EventDraft,
    LineDraft,
    OrderDraft,
    OrderKind,
    ShipmentDraft,
)
from shopconnect.core.clock import now
from shopconnect.core.security import personal_data
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from shopconnect.orders.services import store_customers, store_orders
from shopconnect.privacy.services import store_consents

EMAIL, OTHER_EMAIL = "zoe@example.fr", "jean@example.fr"
KEY = person_key(EMAIL)
ZOES_DEVICE, JEANS_DEVICE, SHARED_DEVICE = "device-zoe", "device-jean", "device-of-both"
RECENT = now() - timedelta(days=3)


def order(external_id: str, at: datetime = RECENT, **fields: str) -> OrderDraft:
    """An order of two teas, with a parcel."""
    return OrderDraft(
        external_id=external_id,
        kind=OrderKind.ORDER,
        placed_at=at,
        currency="EUR",
        lines=(LineDraft("tea", Decimal(2), Decimal("4.50"), Decimal(0)),),
        shipments=(ShipmentDraft(tracking_url=f"https://parcel.example/{external_id}"),),
        **fields,
    )


def event(number: int, visitor: str, customer: str = "", at: datetime = RECENT) -> EventDraft:
    """A page that was looked at."""
    return EventDraft(
        id=UUID(int=number),
        name="page_view",
        at=at,
        visit=f"visit-{visitor}",
        visitor=visitor,
        customer=customer,
        page="/tea",
    )


def word(visitor: str = "", customer: str = "", at: datetime = RECENT) -> ConsentDraft:
    """A yes."""
    return ConsentDraft(visitor=visitor, customer=customer, purpose="analytics", is_given=True, at=at)


def fill_with_people(shop_id: ShopId) -> None:
    """Store Zoe (account 7), Jean (account 8) and a guest's order 4, with all that they did."""
    with shop_scope(shop_id):
        accounts = {"7": EMAIL, "8": OTHER_EMAIL}
        store_customers([CustomerDraft(external_id=name, email=email) for name, email in accounts.items()])
        store_orders([order("1", customer="7"), order("2", email=EMAIL), order("3", customer="8"), order("4")])
        store_events(
            [
                event(1, ZOES_DEVICE),
                event(2, ZOES_DEVICE, "7"),
                event(3, JEANS_DEVICE, "8"),
                event(4, SHARED_DEVICE, "7"),
                event(5, SHARED_DEVICE, "8"),
            ]
        )
        store_consents([word(ZOES_DEVICE), word(JEANS_DEVICE), word(SHARED_DEVICE), word(customer="7")])
    store_question(shop_id, None, f"Where is my parcel? I am {EMAIL}", "en")
    store_question(shop_id, None, f"And mine? {OTHER_EMAIL}", "en")


def held(shop_id: ShopId, person: Person) -> dict[str, int]:
    """How many rows each table tells of a person, by their own names; tables without any are left out."""
    with shop_scope(shop_id):
        found = {label: len(list(entry.export(person))) for label, entry in personal_data.registered().items()}
    return {label: count for label, count in found.items() if count}


ZOE = Person(customer_external_id="7", person_key=KEY, visitors=(ZOES_DEVICE,))
JEAN = Person(customer_external_id="8", person_key=person_key(OTHER_EMAIL), visitors=(JEANS_DEVICE, SHARED_DEVICE))
HELD_OF_ZOE = {
    "orders.customer": 1,
    "orders.order": 2,
    "orders.shipment": 2,
    "events.event": 3,
    "privacy.consent": 2,
    "answers.conversation": 1,
    "answers.message": 1,
}


def wish(kind: PrivacyRequestKind, **fields: object) -> PrivacyRequested:
    """What a platform passes on of Zoe: her account, and nothing else unless said."""
    if kind != PrivacyRequestKind.REDACT_SHOP:
        fields = {"customer": "7", **fields}
    return PrivacyRequested(kind=kind, **fields)


AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
