"""Programs tell competitors' prices and families, a few products at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from recommender.prices.positions.stored import product_positions, store_positions
from recommender.prices.types import ProductPosition
from shopconnect.catalog.selectors import external_ids, product_ids
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

MOST_AT_ONCE = 500


def tell_positions(shop_id: ShopId, user_id: int, told: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Keep what is told of products by public id; returns how many, and the ids that the shop does not have.

    What a line has no word of stays; of two lines on one product the later one holds. Opens a scope.
    """
    lines = {int(line["product"]): line for line in told}
    with shop_scope(shop_id):
        external = external_ids(lines)
        ids, known = product_ids(external.values()), product_positions()
        found = {
            ids[external[public_id]]: _position(line, known.get(ids[external[public_id]], ProductPosition()))
            for public_id, line in lines.items()
            if public_id in external
        }
        store_positions(found)
        if found:
            note(user_id, "loaded_positions", str(len(found)))
    return len(found), [line["product"] for public_id, line in lines.items() if public_id not in external]


def _position(line: Mapping[str, Any], known: ProductPosition) -> ProductPosition:
    position = replace(known, family=line.get("family", known.family))
    if "competitor_price" in line:
        return replace(position, competitor=line["competitor_price"], told_at=None)
    return position
