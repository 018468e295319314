"""What a shelf says of itself: its heading, why it shows what it shows, and what it says while it is empty."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommender.products.types import Shelf


def heading_of(shelf: Shelf | None, *, title: str = "", place: str = "", is_related: bool = False) -> str:
    """Return a shelf's heading in the active language; without a shelf, the one of what stands beside a product or not.

    `title` is the product that was looked at, `place` the category or country that a shelf keeps to.
    """
    if shelf is None:
        return _("You may also like") if is_related else _("Best sellers right now")
    if shelf == Shelf.VIEWED and title:
        return _("Because you viewed %(title)s") % {"title": title}
    if shelf == Shelf.TRENDING and place:
        return _("Best sellers in %(name)s") % {"name": place}
    return _HEADINGS[shelf]()


def why_of(shelf: Shelf | None, *, explores: bool = False) -> str:
    """Return in the active language how the products of a shelf are chosen."""
    return _why_in(get_language() or "", shelf, explores)


@lru_cache(maxsize=200)
def _why_in(language: str, shelf: Shelf | None, explores: bool) -> str:
    """Return why once a language, which is the active one: sentences are looked up once and not with each shelf."""
    tried = [_("A slot may go to a product that’s new or that no one has bought yet.")] if explores else []
    return " ".join([_WHYS[shelf](), *tried, _("No one pays to appear here.")])


def empty_of(shelf: Shelf | None) -> str:
    """Return in the active language why nothing stands on a shelf, and what brings something there."""
    return _EMPTY[shelf]()


_HEADINGS: Mapping[Shelf, Callable[[], str]] = {
    Shelf.SIMILAR: lambda: _("Similar products"),
    Shelf.TOGETHER: lambda: _("Frequently bought together"),
    Shelf.CART: lambda: _("Goes with your cart"),
    Shelf.FOR_YOU: lambda: _("For you"),
    Shelf.VIEWED: lambda: _("Based on what you viewed"),
    Shelf.AGAIN: lambda: _("Buy again"),
    Shelf.RECENT: lambda: _("Recently viewed"),
    Shelf.TRENDING: lambda: _("Best sellers right now"),
    Shelf.NEW: lambda: _("New arrivals"),
    Shelf.SALE: lambda: _("On sale"),
}
_WHYS: Mapping[Shelf | None, Callable[[], str]] = {
    None: lambda: _(
        "We choose these products based on what is bought together in this shop and what "
        "they have in common. The line under each one gives the main reason."
    ),
    Shelf.SIMILAR: lambda: _(
        "These products have a lot in common with the one on this page: type, brand, name, "
        "price or the customers who chose them."
    ),
    Shelf.TOGETHER: lambda: _("These products were bought in the same order as the one on this page at least twice."),
    Shelf.CART: lambda: _("These products are often ordered together with what’s in your cart."),
    Shelf.FOR_YOU: lambda: _(
        "These products match what you viewed in this shop, what’s in your cart and, if you’re signed in, "
        "what you’ve bought. The line under each one gives the main reason."
    ),
    Shelf.VIEWED: lambda: _("Other shoppers viewed or bought these products along with those you viewed."),
    Shelf.AGAIN: lambda: _("You bought these products here, and it may be time to buy them again."),
    Shelf.RECENT: lambda: _("You viewed these products. Only your device remembers them, and only if you agreed."),
    Shelf.TRENDING: lambda: _(
        "These products appeared in the most orders recently. The list is the same for everyone."
    ),
    Shelf.NEW: lambda: _("These products were added in the last 30 days. The list is the same for everyone."),
    Shelf.SALE: lambda: _(
        "These products cost less than their lowest price in the 30 days before the "
        "discount. The list is the same for everyone."
    ),
}
_EMPTY: Mapping[Shelf | None, Callable[[], str]] = {
    None: lambda: _("No suggestions yet."),
    Shelf.SIMILAR: lambda: _("No similar products are available right now."),
    Shelf.TOGETHER: lambda: _("Nothing has been bought with it often enough yet."),
    Shelf.CART: lambda: _("Add a product to your cart to see what goes with it."),
    Shelf.FOR_YOU: lambda: _("View a few products to see suggestions here."),
    Shelf.VIEWED: lambda: _("View a product to see what goes with it."),
    Shelf.AGAIN: lambda: _("We don’t have any purchases of yours here."),
    Shelf.RECENT: lambda: _("Products you view will appear here."),
    Shelf.TRENDING: lambda: _("No recent purchases here."),
    Shelf.NEW: lambda: _("No new products in the last 30 days."),
    Shelf.SALE: lambda: _("Nothing is on sale right now."),
}
