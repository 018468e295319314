"""A shop whose visitors and orders are made so that the truth of each arm is known."""

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from shopconnect.connectors.types import EventDraft, LineDraft, OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.services import store_events
from shopconnect.experiments.counting import store_tallies
from shopconnect.experiments.services import arm_of, configs
from shopconnect.experiments.types import ShelfTally
from shopconnect.orders.services import link_orders, store_orders

DAYS = 40


def uuid7(at: datetime, chance: random.Random) -> UUID:
    """A UUIDv7 of a moment."""
    value = (int(at.timestamp() * 1000) << 80) | chance.getrandbits(80)
    return UUID(int=(value & ~(0xF << 76) & ~(0x3 << 62)) | (7 << 76) | (2 << 62))


def order_of(number: int, at: datetime, total: int, arm: str, *, refunds: str = "", email: str = "") -> OrderDraft:
    """An order of one line, or its refund."""
    return OrderDraft(
        external_id=str(number),
        kind=OrderKind.REFUND if refunds else OrderKind.ORDER,
        placed_at=at,
        currency="EUR",
        email=email or f"buyer{number}@example.com",
        refunds=refunds,
        arm="" if refunds else arm,
        lines=(LineDraft("p1", Decimal(1), Decimal(total), Decimal(0)),),
    )


def fill(
    shop_id: ShopId,
    chances: dict[str, float],
    visitors: int = 2000,
    seed: int = 1,
    visits: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Have visitors come once or twice in DAYS days, or as often as `visits` says of their arm.

    `chances` says how often a visit of an arm ends in an order.

    Who spent much before spends much again; one order in ten is refunded. Counts begin DAYS days ago. Who is in which
    arm is drawn anew for each shop, so each arm has the same luck: equal chances never look different by accident.
    """
    ids, events, orders = random.Random(seed), [], []
    luck = defaultdict(lambda: random.Random(seed))
    began = now() - timedelta(days=DAYS)
    configs.forget()
    for one in range(visitors):
        visitor = f"visitor-{seed}-{one}"
        arm = arm_of(shop_id, visitor, "/", began.date()).letter
        chance = luck[arm]
        rich = chance.choice((20, 40, 200))
        if chance.random() < 0.5:
            at = began - timedelta(days=3)
            orders.append(order_of(len(orders) + 1, at, rich, "", email=f"{visitor}@example.com"))
            events.append(event_of(at, visitor, "purchase", ids, rich, order=orders[-1].external_id))
        for _visit in range(visits.get(arm) or chance.choice((1, 1, 2))):
            at = began + timedelta(hours=1, seconds=chance.randrange(DAYS * 86_400 - 7200))
            events.append(event_of(at, visitor, "view_item", ids))
            if chance.random() < chances[arm]:
                total = rich + chance.randrange(20)
                orders.append(order_of(len(orders) + 1, at, total, arm, email=f"{visitor}@example.com"))
                known = {"visit": events[-1].visit, "order": orders[-1].external_id}
                events.append(event_of(at, visitor, "purchase", ids, total, **known))
                if len(orders) % 10 == 0:
                    number, again = 900_000 + len(orders), at + timedelta(days=2)
                    orders.append(order_of(number, again, total, "", refunds=str(len(orders))))
    day = began.astimezone(ZoneInfo("Europe/Paris")).date().isoformat()  # a shop's days are its own
    with shop_scope(shop_id):
        store_events(events)
        store_orders(orders)
        link_orders()
        store_tallies([ShelfTally(day, "similar", "A", 600), ShelfTally(day, "similar", "a", 400)])


def event_of(at, visitor, name, chance, value=None, visit="", order=""):
    """What a visitor did at a moment, in a visit of its own unless one is named."""
    identity = uuid7(at, chance)
    return EventDraft(
        id=identity,
        name=name,
        at=at,
        visit=visit or identity.hex[:20],
        visitor=visitor,
        product="" if order else "p1",
        products=("p1",) if order else (),
        order=order,
        value=None if value is None else Decimal(value),
        currency="" if value is None else "EUR",
    )
