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
        return _("You may also like") if is_related else _("Selling well these days")
    if shelf == Shelf.VIEWED and title:
        return _("Because you viewed %(title)s") % {"title": title}
    if shelf == Shelf.TRENDING and place:
        return _("Selling well in %(name)s") % {"name": place}
    return _HEADINGS[shelf]()


def why_of(shelf: Shelf | None, *, explores: bool = False) -> str:
    """Return in the active language how the products of a shelf are chosen."""
    return _why_in(get_language() or "", shelf, explores)


@lru_cache(maxsize=200)
def _why_in(language: str, shelf: Shelf | None, explores: bool) -> str:
    """Return why once a language, which is the active one: sentences are looked up once and not with each shelf."""
    tried = [_("A place may go to a product that is new or that nobody bought yet.")] if explores else []
    return " ".join([_WHYS[shelf](), *tried, _("Nobody pays for a place here.")])


def empty_of(shelf: Shelf | None) -> str:
    """Return in the active language why nothing stands on a shelf, and what brings something there."""
    return _EMPTY[shelf]()


_HEADINGS: Mapping[Shelf, Callable[[], str]] = {
    Shelf.SIMILAR: lambda: _("Similar products"),
    Shelf.TOGETHER: lambda: _("Often bought together"),
    Shelf.CART: lambda: _("Completes your cart"),
    Shelf.FOR_YOU: lambda: _("For you"),
    Shelf.VIEWED: lambda: _("Because of what you viewed"),
    Shelf.AGAIN: lambda: _("Buy again"),
    Shelf.RECENT: lambda: _("Recently viewed"),
    Shelf.TRENDING: lambda: _("Selling well these days"),
    Shelf.NEW: lambda: _("New in the shop"),
    Shelf.SALE: lambda: _("On sale"),
}
_WHYS: Mapping[Shelf | None, Callable[[], str]] = {
    None: lambda: _(
        "These products are chosen from what was bought together in this shop and from what they have in common. "
        "The line under each says what weighed most."
    ),
    Shelf.SIMILAR: lambda: _(
        "These products have much in common with the one on this page: kind, maker, name or price, "
        "and the customers who chose them."
    ),
    Shelf.TOGETHER: lambda: _("These products were in the same orders as the one on this page, twice at least."),
    Shelf.CART: lambda: _("These products were often in one order with what lies in your cart."),
    Shelf.FOR_YOU: lambda: _(
        "These products fit what you looked at in this shop and what lies in your cart. "
        "The line under each says what weighed most."
    ),
    Shelf.VIEWED: lambda: _("Other shoppers looked at or bought these products beside those that you viewed."),
    Shelf.AGAIN: lambda: _("You bought these products here, and it may be time to buy them again."),
    Shelf.RECENT: lambda: _("You looked at these products. Your device remembers them, and only if you agreed."),
    Shelf.TRENDING: lambda: _("These products were in the most orders lately. The list is the same for everybody."),
    Shelf.NEW: lambda: _("These products came into the shop in the last 30 days. The list is the same for everybody."),
    Shelf.SALE: lambda: _(
        "These products cost less than their lowest price of the 30 days before the reduction. "
        "The list is the same for everybody."
    ),
}
_EMPTY: Mapping[Shelf | None, Callable[[], str]] = {
    None: lambda: _("There is nothing to suggest yet."),
    Shelf.SIMILAR: lambda: _("Nothing similar is to be had right now."),
    Shelf.TOGETHER: lambda: _("Nothing was bought with it often enough yet."),
    Shelf.CART: lambda: _("Put something into your cart, and what goes with it will stand here."),
    Shelf.FOR_YOU: lambda: _("Look at a few products, and what fits them will stand here."),
    Shelf.VIEWED: lambda: _("Look at a product, and what goes with it will stand here."),
    Shelf.AGAIN: lambda: _("Nothing is known here of what you bought."),
    Shelf.RECENT: lambda: _("What you look at will stand here."),
    Shelf.TRENDING: lambda: _("Nothing was bought here lately."),
    Shelf.NEW: lambda: _("Nothing came into the shop in the last 30 days."),
    Shelf.SALE: lambda: _("Nothing is on sale right now."),
}
