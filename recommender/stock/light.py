"""How ready the stock room is for a shop, and what is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.stock.advising import stock_advice
from recommender.stock.types import FEWEST_WEEKS, StockAdvice, StockStatus
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.composition import country_drift, wholesale_orders
from shopconnect.ui.lights import Light, LightReason
from shopconnect.ui.templatetags.show import country_name

MANY = 0.02  # of the orders


def stock_light(shop_id: ShopId) -> Light:
    """Return the light of stock forecasts."""
    advice = stock_advice(shop_id)
    if advice.status in (StockStatus.READY, StockStatus.STALE):
        summary = _("Weeks of sales the forecasts are based on: %(known)s") if not advice.is_simple else _simple()
        return Light(summary % {"known": advice.weeks}, tuple(_gaps(shop_id, advice)))
    return Light(_("No forecasts yet."), (_blocker(advice),))


def _simple() -> str:
    return _("The eight-week average is used, as no method beat it reliably. Weeks of sales known: %(known)s")


def _blocker(advice: StockAdvice) -> LightReason:
    if advice.status == StockStatus.LEARNING:
        return LightReason(_("The forecasts are being calculated."), reverse("stock:runs_out"), _("View"), stops=True)
    text = ngettext(
        "%(count)d week of sales, and %(needed)d are needed.",
        "%(count)d weeks of sales, and %(needed)d are needed.",
        advice.weeks,
    )
    words = text % {"count": advice.weeks, "needed": FEWEST_WEEKS}
    return LightReason(words, reverse("sync:bring_in"), _("Import older orders"), stops=True)


def _gaps(shop_id: ShopId, advice: StockAdvice) -> list[LightReason]:
    all_items, terms = len(advice.items), reverse("stock:suppliers")
    unsupplied = sum(item.is_usual_supply for item in advice.items)
    found = []
    if advice.status == StockStatus.STALE:
        found.append(LightReason(_("The forecasts are more than a week old."), reverse("stock:runs_out"), _("View")))
    if advice.is_drifted:
        found.append(LightReason(_("The forecasts have become less reliable."), reverse("stock:runs_out"), _("View")))
    if advice.uncounted:
        text = _("Items whose stock isn’t tracked: %(count)s of %(all)s")
        words = text % {"count": advice.uncounted, "all": all_items}
        found.append(LightReason(words, reverse("catalog:products"), _("See the products")))
    if advice.without_cost:
        text = _("Items without a cost: %(count)s of %(all)s")
        found.append(LightReason(text % {"count": advice.without_cost, "all": all_items}, terms, _("Add costs")))
    found += _orders(shop_id)
    if unsupplied:
        text = _("Items without a supplier: %(count)s of %(all)s")
        found.append(LightReason(text % {"count": unsupplied, "all": all_items}, terms, _("Add suppliers")))
    return found


def _orders(shop_id: ShopId) -> list[LightReason]:
    """What of the orders makes the past a bad guide."""
    with shop_scope(shop_id):
        sizes, drift = wholesale_orders(), country_drift()
    found, orders = [], reverse("orders:orders")
    if sizes.wholesale > MANY * sizes.orders:
        text = _(
            "Orders of the last 91 days that look like wholesale and are capped in forecasts: %(count)s of %(all)s"
        )
        words = text % {"count": sizes.wholesale, "all": sizes.orders}
        found.append(LightReason(words, orders, _("See the orders")))
    if drift is not None:
        text = _(
            "The share of your orders from %(country)s has changed: %(now)s%% in the last 91 days, "
            "%(before)s%% in the year before."
        )
        found.append(
            LightReason(text % {**drift._asdict(), "country": country_name(drift.country)}, orders, _("See the orders"))
        )
    return found
