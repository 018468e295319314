"""How ready the prices room is for a shop, and what is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopconnect.catalog.gaps import CatalogueGaps, catalogue_gaps
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.ui.lights import Light, LightReason

REFERENCE_DAYS = 30  # over which the lowest price is what a reduction starts from
FEW = 0.1  # of the products


def prices_light(shop_id: ShopId) -> Light:
    """Return the light of price proposals."""
    with shop_scope(shop_id):
        gaps = catalogue_gaps()
    words = {"count": gaps.moved_products, "all": gaps.products}
    summary = _("Products whose price changed often enough to measure its effect: %(count)s of %(all)s") % words
    return Light(summary, tuple(_reasons(gaps)))


def _reasons(gaps: CatalogueGaps) -> list[LightReason]:
    products = reverse("catalog:products")
    found = []
    if gaps.without_cost or not gaps.items:
        text = _("Items without a cost: %(count)s of %(all)s")
        words = text % {"count": gaps.without_cost, "all": gaps.items}
        is_all = gaps.without_cost == gaps.items
        found.append(LightReason(words, products, _("See the products"), stops=is_all))
    if gaps.moved_products < FEW * gaps.products:
        text = _("Few prices have ever changed: the effect of a price can’t be measured.")
        found.append(LightReason(text, "", ""))
    if gaps.price_days is None or gaps.price_days < REFERENCE_DAYS:
        known = gaps.price_days or 0
        text = ngettext(
            "Prices have been recorded for %(count)d day; an announced reduction needs %(needed)d.",
            "Prices have been recorded for %(count)d days; an announced reduction needs %(needed)d.",
            known,
        )
        found.append(LightReason(text % {"count": known, "needed": REFERENCE_DAYS}, "", ""))
    return found
