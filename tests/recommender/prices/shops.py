"""A shop on a platform that sold mugs for sixty weeks at three prices, of which one knows what follows."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from shopconnect.catalog.services import store_products
from shopconnect.connectors.types import LineDraft, OrderDraft, OrderKind, ProductDraft, VariantDraft
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.services import store_orders
from tests.makers import noon

PRICES = (Decimal("10.90"), Decimal("9.90"), Decimal("8.90"), Decimal("10.90"))
MUGS = ("red", "blue", "green", "white")
IDS = {name: str(place) for place, name in enumerate((*MUGS, "still", "costless"), 1)}
MOST, ELASTICITY, WEEKS = 60.0, -0.4, 60


def stock_mugs(shop_id: ShopId, elasticity: float = ELASTICITY) -> ShopId:
    """Fill a shop: five mugs of which one has no cost and one never moved its price."""
    chance = np.random.default_rng(4)
    with shop_scope(shop_id):
        mugs = [_product(name, "3.00") for name in (*MUGS, "still")]
        store_products([*mugs, _product("costless", None)])
        weeks = [_order(week, chance, elasticity) for week in range(WEEKS)]
        store_orders(weeks)
    return shop_id


def reprice(shop_id: ShopId, name: str, price: Decimal, stock: int | None = None) -> None:
    """Have the platform's word of a mug's new price come in, and of its stock where it tells one."""
    level = None if stock is None else Decimal(stock)
    told = _product(name, "3.00", price)
    sizes = tuple(replace(size, stock=level) for size in told.variants)
    with shop_scope(shop_id):
        store_products([replace(told, stock=level, variants=sizes)])


def sell(shop_id: ShopId, name: str, units: int, price: Decimal, days: int) -> None:
    """Sell units of a mug on each of the last days up to yesterday."""
    for day in range(1, days + 1):
        sell_on(shop_id, name, units, price, day)


def sell_on(shop_id: ShopId, name: str, units: int, price: Decimal, days_ago: int) -> None:
    """Sell units of a mug on one day."""
    line = LineDraft(IDS[name], Decimal(units), price, Decimal(0), f"{IDS[name]}-1")
    order = OrderDraft(
        external_id=f"after-{name}-{days_ago}",
        kind=OrderKind.ORDER,
        placed_at=noon() - timedelta(days=days_ago),
        currency="EUR",
        lines=(line,),
    )
    with shop_scope(shop_id):
        store_orders([order])


def _product(name: str, cost: str | None, price: Decimal = PRICES[0]) -> ProductDraft:
    known = None if cost is None else Decimal(cost)
    sizes = (VariantDraft(external_id=f"{IDS[name]}-1", price=price, cost=known),)
    plain = ProductDraft(external_id=IDS[name], title=name.title(), price=price, currency="EUR", category=("Mugs",))
    return replace(plain, cost=known, variants=sizes, updated_at=now())


def _order(week: int, chance: np.random.Generator, elasticity: float) -> OrderDraft:
    sold = [("still", PRICES[0])]
    sold += [(name, PRICES[(week + at) % 4]) for at, name in enumerate((*MUGS, "costless"))]
    lines = []
    for name, price in sold:
        units = chance.poisson(MOST * float(price / PRICES[0]) ** elasticity)
        lines.append(LineDraft(IDS[name], Decimal(int(units)), price, Decimal(0), f"{IDS[name]}-1"))
    return OrderDraft(
        external_id=str(week),
        kind=OrderKind.ORDER,
        placed_at=now() - timedelta(days=7 * week + 12),
        currency="EUR",
        lines=tuple(lines),
    )
