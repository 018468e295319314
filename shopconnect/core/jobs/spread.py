"""Work that every shop has at the same time, spread evenly over a stretch of it."""

from shopconnect.core.tenancy.context import ShopId


def place_in(shop_id: ShopId, places: int) -> int:
    """Return a shop's place among so many, from 0: the same each time, and neighbours far apart (Knuth's hash)."""
    return (int(shop_id) * 2654435761 >> 16) % places
