"""The shelf beside a product, for shoppers: answered from memory-mapped files, without the database."""

from recommender.products import services
from shopconnect.shops.types import Meter
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Ask, Rate, Reply

KEEP_SECONDS, DEFAULT_CARDS, MOST_CARDS, MOST_ANCHORS = 60, 4, 24, 10


@shopper_endpoint(methods=("GET",), rate=Rate(240), meters={"GET": Meter.SUGGESTIONS})
def shelf(ask: Ask) -> Reply:
    """Return the suggestions beside `product` (one id, or several with commas), `k` (or `limit`) of them."""
    anchors = [part.strip() for part in ask.text("product", 2000).split(",") if part.strip()][:MOST_ANCHORS]
    shown = services.shelf_for(ask.shop_id, anchors, ask.language, _count(ask), is_plain=ask.is_over_plan)
    return Reply(shown, keep_seconds=KEEP_SECONDS)


def _count(ask: Ask) -> int:
    text = ask.text("k", 3) or ask.text("limit", 3)
    return min(max(int(text), 1), MOST_CARDS) if text.isdecimal() else DEFAULT_CARDS


register("shelf", shelf)
