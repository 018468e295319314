"""Shelves, for shoppers: answered from memory-mapped files, without the database."""

from django.utils.translation import gettext as _

from recommender.products import services
from recommender.products.types import Context, Shelf
from shopconnect.core.errors import Refusal
from shopconnect.shops.types import Meter
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Ask, Rate, Reply

KEEP_SECONDS, DEFAULT_CARDS, MOST_CARDS, MOST_TEXT = 60, 4, 24, 4000
MOST_VIEWS, MOST_IN_CART, MOST_DISLIKED = 10, 50, 20


@shopper_endpoint(methods=("GET",), rate=Rate(240), meters={"GET": Meter.SUGGESTIONS})
def shelf(ask: Ask) -> Reply:
    """Return one `shelf` of suggestions, `k` (or `limit`) of them; without a name what goes beside `product`.

    What is known of the visit comes along and is kept nowhere; a reply that depends on it is nobody else's.
    """
    context = _context(ask)
    shown = services.shelf_for(ask.shop_id, _shelf(ask), context, _count(ask), is_plain=ask.is_over_plan)
    is_own = ask.customer or any(ask.text(name) for name in ("views", "cart", "disliked"))
    return Reply(shown, keep_seconds=0 if is_own else KEEP_SECONDS)


def _context(ask: Ask) -> Context:
    """Return what the page tells; `product` may name several, of which the first is that of the page."""
    products = _ids(ask, "product", MOST_VIEWS)
    country, currency = ask.text("country", 3).upper(), ask.text("currency", 4).upper()
    return Context(
        product=products[0] if products else "",
        views=tuple(dict.fromkeys([*products[1:], *_ids(ask, "views", MOST_VIEWS)]))[:MOST_VIEWS],
        cart=_ids(ask, "cart", MOST_IN_CART),
        disliked=_ids(ask, "disliked", MOST_DISLIKED),
        category=ask.text("category"),
        country=country if len(country) == 2 and country.isalpha() else "",
        currency=currency if len(currency) == 3 and currency.isalpha() else "",
        language=ask.language,
    )


def _shelf(ask: Ask) -> Shelf | None:
    name = ask.text("shelf", 40)
    if not name:
        return None
    try:
        return Shelf(name)
    except ValueError as error:
        sentence = _("There is no such shelf. There are: %(names)s.") % {"names": ", ".join(Shelf)}
        raise Refusal("unclear", sentence, 400) from error


def _ids(ask: Ask, name: str, most: int) -> tuple[str, ...]:
    parts = (part.strip() for part in ask.text(name, MOST_TEXT).split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:most]


def _count(ask: Ask) -> int:
    text = ask.text("k", 3) or ask.text("limit", 3)
    return min(max(int(text), 1), MOST_CARDS) if text.isdecimal() else DEFAULT_CARDS


register("shelf", shelf)
