"""What this room enters in the registries of the rooms below, when the site starts."""

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext, gettext_lazy, ngettext

from recommender.stock.advising import has_forecasts
from recommender.stock.light import stock_light
from recommender.stock.types import FORECASTS_DRIFTED, READ_STOCK, RUNS_OUT
from shopconnect.accounts.scopes import register_scope
from shopconnect.accounts.types import OFFICE
from shopconnect.catalog.panels import register_product_panel
from shopconnect.catalog.types import ProductRow
from shopconnect.core.tenancy.context import ShopId
from shopconnect.notifications.kinds import register_notice_kind, title_of
from shopconnect.shops.audit import register_action
from shopconnect.ui.lights import register_light
from shopconnect.ui.navigation import NavigationGroup, register_entry

_register_kind = partial(register_notice_kind, group=NavigationGroup.SALES)


def register() -> None:
    """Enter what is noted, told, shown and allowed here."""
    register_action("set_stock", gettext_lazy("%(who)s changed the stock settings"))
    register_action("set_calendar", gettext_lazy("%(who)s changed the calendar"))
    register_action("set_supplier", gettext_lazy("%(who)s saved the supplier %(subject)s"))
    register_action("removed_supplier", gettext_lazy("%(who)s removed the supplier %(subject)s"))
    register_action("set_terms", gettext_lazy("%(who)s changed the purchasing details of %(subject)s"))
    register_action("loaded_terms", gettext_lazy("%(who)s imported purchasing details: %(subject)s"))
    _register_kind(RUNS_OUT, _runs_out, gettext_lazy("A product is about to run out"), page="stock:runs_out")
    _register_kind(
        FORECASTS_DRIFTED,
        lambda params: gettext(
            "For four weeks running, your stock forecasts have been further off than the eight-week average. Until "
            "they do better, that average is used instead."
        ),
        gettext_lazy("Stock forecasts have become less reliable"),
        page="stock:runs_out",
    )
    register_light("stock", gettext_lazy("Stock forecasts"), stock_light, order=30)
    register_scope(READ_STOCK, gettext_lazy("Read stock forecasts and what to order"))
    register_product_panel("stock/product_panel.html", _panel, OFFICE, order=10)
    register_entry("stock:runs_out", "stack", gettext_lazy("Stock"), OFFICE, group=NavigationGroup.SALES, order=15)


def _runs_out(params: Mapping[str, str]) -> str:
    days, others = int(params.get("days", "0")), int(params.get("others", "0"))
    words = {"title": title_of(params), "days": days, "others": others}
    if days <= 0:
        first = gettext("“%(title)s” is out of stock.") % words
    else:
        text = ngettext(
            "“%(title)s” runs out in about %(days)d day.", "“%(title)s” runs out in about %(days)d days.", days
        )
        first = text % words
    if not others:
        return first
    more = ngettext(
        "%(others)d other product runs out within the week.",
        "%(others)d other products run out within the week.",
        others,
    )
    return f"{first} {more % words}"


def _panel(shop_id: ShopId, product: ProductRow) -> dict[str, object] | None:
    return {"public_id": product.public_id} if product.deleted_at is None and has_forecasts(shop_id) else None
