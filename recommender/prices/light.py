"""How ready the prices room is for a shop, and what is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.prices.proposals.stored import find_night, night_status, price_settings
from recommender.prices.proposals.types import NightStatus, PriceNightSummary
from recommender.prices.types import FEWEST_WEEKS
from shopconnect.catalog.gaps import CatalogueGaps, catalogue_gaps
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.ui.lights import Light, LightReason

REFERENCE_DAYS = 30  # over which the lowest price is what a reduction starts from
FEW = 0.1  # of the products


def prices_light(shop_id: ShopId) -> Light:
    """Return the light of price proposals: red for whatever leaves the page of proposals without any."""
    with shop_scope(shop_id):
        gaps, night = catalogue_gaps(), find_night()
        status = night_status(night, price_settings())
    words = {"count": gaps.moved_products, "all": gaps.products}
    summary = _("Products whose price changed often enough to measure its effect: %(count)s of %(all)s") % words
    return Light(summary, (*_blockers(status, night), *_reasons(gaps)))


def _blockers(status: NightStatus, night: PriceNightSummary | None) -> list[LightReason]:
    """Return why nothing is proposed, as the page of proposals has it."""
    proposals, bring_in = reverse("prices:proposals"), reverse("sync:bring_in")
    if status == NightStatus.EMPTY:
        return [LightReason(_("No sales yet"), bring_in, _("Import orders"), stops=True)]
    if status == NightStatus.LEARNING:
        return [LightReason(_("Prices are being examined"), proposals, _("View"), stops=True)]
    if status == NightStatus.STOPPED:
        return [LightReason(_("You have stopped price proposals."), reverse("prices:rules"), _("Rules"), stops=True)]
    if night is not None and night.is_short:
        text = ngettext(
            "%(count)d week of sales, and %(needed)d are needed.",
            "%(count)d weeks of sales, and %(needed)d are needed.",
            night.weeks,
        )
        words = text % {"count": night.weeks, "needed": FEWEST_WEEKS}
        return [LightReason(words, bring_in, _("Import older orders"), stops=True)]
    if status == NightStatus.TOO_LITTLE:
        return [LightReason(_("No product was sold at three prices over 20 weeks."), proposals, _("View"), stops=True)]
    if status == NightStatus.NOT_SURE and night is not None and night.trial is not None:
        text = _("Prices don’t reliably predict sales yet: an error of %(with)s with prices, %(without)s without.")
        errors = {"with": f"{night.trial.with_price:.3f}", "without": f"{night.trial.without_price:.3f}"}
        return [LightReason(text % errors, proposals, _("View"), stops=True)]
    return []


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
