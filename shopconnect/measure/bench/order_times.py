"""Whether the time that the chat takes over an order tells a stranger that there is such an order."""

import random
import time
from collections.abc import Sequence
from statistics import median

from chatbot.answers.facts.tracking import find_order_status
from chatbot.answers.types import OrderQuestion
from shopconnect.connectors.types import OrderDraft, OrderKind
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.throwaway import throwaway_shop
from shopconnect.measure.bench.types import Figures, NothingToMeasure, Tell
from shopconnect.orders.services import store_orders

ORDERS, FIRST = 200, 10_000  # each is asked for thrice, so that nobody is locked out
RIGHT, WRONG, UNKNOWN = "right", "wrong", "unknown"


def measure_order_times(tell: Tell) -> Figures:
    """Return the milliseconds that a right address, a wrong one and an unknown number take, and how far they are apart.

    Medians of ORDERS calls each, in an order drawn by chance, in a throwaway shop: on the clock, and of this process's
    processor time.
    """
    tell(f"Where an order stands: {ORDERS} right, wrong and unknown ones each")
    with throwaway_shop() as shop_id:
        _store_orders(shop_id)
        calls = [(kind, number) for kind in (RIGHT, WRONG, UNKNOWN) for number in range(FIRST, FIRST + ORDERS)]
        random.Random(0).shuffle(calls)  # noqa: S311
        _ask(shop_id, RIGHT, FIRST)  # a process knows the shop from its first call on
        took = [(kind, *_ask(shop_id, kind, number)) for kind, number in calls]
    clock = {kind: median(spent for one, spent, _ in took if one == kind) for kind in (RIGHT, WRONG, UNKNOWN)}
    cpu = {kind: median(spent for one, _, spent in took if one == kind) for kind in (RIGHT, WRONG, UNKNOWN)}
    figures = {f"order_{kind}": milliseconds for kind, milliseconds in clock.items()}
    return figures | {"order_apart": _apart(list(clock.values())), "order_cpu_apart": _apart(list(cpu.values()))}


def _store_orders(shop_id: ShopId) -> None:
    drafts = [
        OrderDraft(
            external_id=str(number),
            kind=OrderKind.ORDER,
            placed_at=now(),
            currency="EUR",
            number=f"#{number}",
            email=_address(number),
        )
        for number in range(FIRST, FIRST + ORDERS)
    ]
    with shop_scope(shop_id):
        store_orders(drafts)


def _ask(shop_id: ShopId, kind: str, number: int) -> tuple[float, float]:
    """Ask once, as another visitor from another address each time; returns milliseconds by the clock and of the CPU."""
    asked = number + 10 * ORDERS if kind == UNKNOWN else number
    who = f"{kind}-{number}"
    email = _address(number + 1) if kind == WRONG else _address(number)
    question = OrderQuestion(number=str(asked), email=email, customer="", caller=who, visit=who)
    clock, cpu = time.perf_counter(), time.thread_time()
    try:
        is_told = bool(find_order_status(shop_id, question))
    except Missing:
        is_told = False
    spent = 1000 * (time.perf_counter() - clock), 1000 * (time.thread_time() - cpu)
    if is_told != (kind == RIGHT):
        raise NothingToMeasure("An order was told to the wrong person, or not to the right one.")
    return spent


def _address(number: int) -> str:
    return f"shopper{number}@example.com"


def _apart(values: Sequence[float]) -> float:
    return max(values) - min(values)
