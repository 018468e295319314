"""What home, and the page of an import, show of suggestions: the training, the back-test, and a shelf."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommender.products.data.engine.history import ENOUGH_ORDERS
from recommender.products.evaluation.engine.blend import LEAST_CASES
from recommender.products.pages.suggestions import learning_status
from recommender.products.pages.types import LearningStatus
from recommender.products.selectors import latest_training
from recommender.products.services import model_gates, suggestions_for_page
from recommender.products.types import GateSummary, Purpose, ShelfPreview, State
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.selectors import latest_orders, lines_of_orders
from shopconnect.ui.next_steps import NextStep
from shopconnect.ui.shop_times import ShopTime

HOME_SHELF = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What suggestions would have included of the shop's own last orders; without a gate, what that takes.

    `cases` are the orders of two products in the last four weeks that it takes at least, `orders` those before.
    """

    gate: GateSummary | None
    is_trained: bool
    learning: LearningStatus
    orders: int = ENOUGH_ORDERS
    cases: int = LEAST_CASES


def back_test(shop_id: ShopId) -> BackTest:
    """Return what is best proven of the served model on the shop's own orders: the shelf, or what comes next."""
    gates = model_gates(shop_id)
    judged = {gate.purpose: gate for gate in gates if gate.is_judged and gate.proof}
    return BackTest(
        gate=judged.get(Purpose.SHELF) or judged.get(Purpose.NEXT),
        is_trained=bool(gates),
        learning=learning_status(shop_id),
    )


def last_training() -> ShopTime:
    """Return when the model of the shop in scope was last trained, and whether it is being trained, or failed."""
    newest, done = latest_training(), latest_training(State.DONE)
    notes = {State.RUNNING: _("in progress"), State.FAILED: _("failed")}
    tones = {State.RUNNING: "warning", State.FAILED: "bad"}
    return ShopTime(
        at=done.finished_at if done else None,
        note=notes.get(newest.state, "") if newest else "",
        tone=tones.get(newest.state, "") if newest else "",
    )


def latest_shelf(shop_id: ShopId) -> ShelfPreview | None:
    """Return what shoppers see beside the product that sold last, or None while there is nothing to suggest."""
    with shop_scope(shop_id):
        latest = latest_orders(1)
        lines = lines_of_orders([order.id for order in latest])
        known = [line.product_external_id for rows in lines.values() for line in rows if line.product_id]
        product = find_product_by_external_id(known[0]) if known else None
    if product is None:
        return None
    preview = suggestions_for_page(shop_id, product.public_id, get_language() or "en", HOME_SHELF)
    return preview if preview.suggestions else None


def look_step() -> NextStep:
    """Return the step of looking at suggestions, done once the model of the shop in scope is trained."""
    return NextStep(
        title=_("See what shoppers see"),
        done=latest_training(State.DONE) is not None,
        url=reverse("products:suggestions"),
        explanation=_("Check the suggestions for a product you know well."),
    )
