"""Products of a family keep the order of their prices, whichever proposals of them are approved."""

from collections.abc import Iterable, Mapping

from recommender.prices.explaining import cents_of
from recommender.prices.types import ProductPosition
from shopconnect.catalog.types import ProductRow


def family_bounds(
    products: Iterable[ProductRow], positions: Mapping[int, ProductPosition]
) -> dict[int, tuple[int, int | None]]:
    """Return the lowest and highest price (in cents, None for no end) of each product of a family, by our id.

    None comes nearer to the next one than half way, so no two meet. Products at the same price keep it.
    """
    families: dict[str, list[tuple[int, int]]] = {}
    for product in products:
        position = positions.get(product.id)
        if product.deleted_at is None and position is not None and position.family:
            families.setdefault(position.family.casefold(), []).append((cents_of(product.price_amount), product.id))
    found: dict[int, tuple[int, int | None]] = {}
    for members in families.values():
        prices = sorted(price for price, _id in members)
        for price, product_id in members:
            if prices.count(price) > 1:
                found[product_id] = (price, price)
                continue
            at = prices.index(price)
            low = (prices[at - 1] + price) // 2 + 1 if at else 0
            high = (price + prices[at + 1]) // 2 if at + 1 < len(prices) else None
            found[product_id] = (low, high)
    return found
