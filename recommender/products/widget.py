"""Shelves, for shoppers: answered from memory-mapped files, without the database."""

from django.utils.translation import gettext as _

from recommender.products.serving.ready import ShelfRequest, is_of_shop, ready_shelf
from recommender.products.types import SUGGESTIONS, Context, Shelf
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.experiments import services as experiments
from shopconnect.experiments.types import NO_ARM, Arm
from shopconnect.orders.arms import sign_arm
from shopconnect.orders.histories import history_key, known_history
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Rate, WidgetRequest, WidgetResponse

KEEP_SECONDS, DEFAULT_CARDS, MOST_CARDS, MOST_TEXT = 60, 4, 24, 4000
MOST_VIEWS, MOST_IN_CART, MOST_DISLIKED, MOST_LISTED = 10, 50, 20, 12
OF_THE_VISIT = ("views", "cart", "disliked", "visitor", "customer", "consent")
# Filled up with what sells; the others are empty by nature for whoever says nothing, which a stranger can do at will.
# So are these for whoever says that they have or dislike all that a small shop sells.
NEVER_EMPTY = (None, Shelf.TRENDING)
SHELVES = frozenset(Shelf)
BESIDE = "beside"  # what goes beside a product, where no shelf is named


def _label(request: WidgetRequest) -> str:
    """Return what a call is counted under: its shelf, and the arm of the experiment it is in, or why it is in none."""
    return _label_of(request, _arm(request))


def _label_of(request: WidgetRequest, arm: Arm) -> str:
    name, mark = request.text("shelf", 40), request.non_shopper or arm.letter
    return f"{name if name in SHELVES else BESIDE}|{mark}" if mark else ""


def _is_of_shop(request: WidgetRequest) -> bool:
    return is_of_shop(request.shop_id, request.text("product"))


@shopper_endpoint(
    methods=("GET", "POST"),
    rate=Rate(240),
    is_form=True,
    private=OF_THE_VISIT,
    meter=SUGGESTIONS,
    label=_label,
    is_of_shop=_is_of_shop,
    recalls=history_key,
)
def shelf(request: WidgetRequest) -> WidgetResponse:
    """Return one `shelf` of suggestions, `k` (or `limit`) of them; without a name what goes beside `product`.

    A GET asks for the page alone, and anybody may keep its reply. What is known of the visit comes with a POST and is
    kept nowhere; what a customer bought counts where they agreed, as soon as a worker has made it ready. To those in
    the hold-out nothing is shown. Each reply says which arm it is of, for the order to carry.
    """
    name, arm = _shelf(request), _arm(request)
    keep_seconds = KEEP_SECONDS if request.method == "GET" else 0
    label = _label_of(request, arm)
    if arm.is_held_out:
        nothing = {"items": [], "arm": arm.letter, "signed_arm": sign_arm(request.shop_id, arm.letter)}
        return WidgetResponse(nothing, keep_seconds=keep_seconds, is_empty=True, label=label)
    is_plain = request.is_over_plan or experiments.has_fallen(request.shop_id, name or BESIDE)
    context = _context(request)
    shown = ready_shelf(ShelfRequest(request.shop_id, name, context, _count(request), is_plain, arm))
    may_be_empty = name not in NEVER_EMPTY or bool(context.cart or context.disliked)
    return WidgetResponse(
        shown.text, keep_seconds=keep_seconds, is_empty=shown.is_empty, may_be_empty=may_be_empty, label=label
    )


def _arm(request: WidgetRequest) -> Arm:
    """Return the arm of who asks.

    A call of no shopper, that names neither visitor nor page, or a visitor whom we did not sign, is in no experiment.
    """
    visitor = "" if request.wants_privacy else request.visitor
    page = request.text("page")
    is_forged = bool(request.text("visitor", 64)) and not request.visitor
    if request.non_shopper or is_forged or not (visitor or page):
        return NO_ARM
    return experiments.arm_of(request.shop_id, visitor, page, now().date())


def _context(request: WidgetRequest) -> Context:
    """Return what the page tells of itself and of the visit."""
    country, currency = request.text("country", 3).upper(), request.text("currency", 4).upper()
    bought = known_history(request.shop_id, request.customer, request.recalled)
    return Context(
        product=request.text("product"),
        views=_ids(request, "views", MOST_VIEWS),
        cart=_ids(request, "cart", MOST_IN_CART),
        disliked=_ids(request, "disliked", MOST_DISLIKED),
        category=request.text("category"),
        listed=_ids(request, "listed", MOST_LISTED),
        country=country if len(country) == 2 and country.isalpha() else "",
        currency=currency if len(currency) == 3 and currency.isalpha() else "",
        language=request.language,
        bought=bought,
        is_beside_again=bool(bought) and request.text("beside", 40) == Shelf.AGAIN,
    )


def _shelf(request: WidgetRequest) -> Shelf | None:
    name = request.text("shelf", 40)
    if not name:
        return None
    try:
        return Shelf(name)
    except ValueError as error:
        sentence = _("This shelf doesn’t exist. Available shelves: %(names)s.") % {"names": ", ".join(Shelf)}
        raise Refusal("unclear", sentence, 400) from error


def _ids(request: WidgetRequest, name: str, most: int) -> tuple[str, ...]:
    parts = (part.strip() for part in request.text(name, MOST_TEXT).split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:most]


def _count(request: WidgetRequest) -> int:
    text = request.text("k", 3) or request.text("limit", 3)
    return min(max(int(text), 1), MOST_CARDS) if text.isdecimal() else DEFAULT_CARDS


register("shelf", shelf)
