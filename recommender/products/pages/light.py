"""How ready suggestions are for a shop, and what is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommender.products.data.artefacts import load_model
from recommender.products.services import model_gates
from shopconnect.catalog.gaps import CatalogueGaps, catalogue_gaps
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.ui.lights import Light, LightReason


def suggestions_light(shop_id: ShopId) -> Light:
    """Return the light of suggestions."""
    with shop_scope(shop_id):
        gaps = catalogue_gaps()
    model = load_model(shop_id)
    if model is None:
        url = reverse("sync:bring_in")
        reason = LightReason(_("The model isn’t trained: orders are missing."), url, _("Import orders"), stops=True)
        return Light(_("No suggestions yet."), (reason, *_gaps(gaps)))
    missing = int(model.manifest.get("missing", {}).get("orders", 0))
    gates = [gate for gate in model_gates(shop_id) if gate.is_judged]
    won = sum(gate.model_won for gate in gates)
    words = {"won": won, "all": len(gates)}
    summary = _("Use cases in which the model beats the simple rule: %(won)s of %(all)s.") % words
    if won < len(gates):
        summary += " " + _("In the others, shoppers see the simple rule.")
    return Light(summary, (*_orders(missing), *_gaps(gaps)))


def _orders(missing: int) -> list[LightReason]:
    if not missing:
        return []
    text = ngettext(
        "%(count)d more order from a known customer is needed to learn from what is bought.",
        "%(count)d more orders from known customers are needed to learn from what is bought.",
        missing,
    )
    return [LightReason(text % {"count": missing}, reverse("sync:bring_in"), _("Import older orders"))]


def _gaps(gaps: CatalogueGaps) -> list[LightReason]:
    products = reverse("catalog:products")
    found = []
    if gaps.without_image:
        text = _("Products without a picture: %(count)s of %(all)s")
        words = text % {"count": gaps.without_image, "all": gaps.products}
        found.append(LightReason(words, products, _("See the products")))
    if gaps.without_category:
        text = _("Products without a category: %(count)s of %(all)s")
        words = text % {"count": gaps.without_category, "all": gaps.products}
        found.append(LightReason(words, products, _("See the products")))
    return found
