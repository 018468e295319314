"""Capabilities that merchants ask for and this version does not have: their lights are red, and say so."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.core.tenancy.context import ShopId
from shopconnect.ui.lights import Light, LightReason, register_light

TO_COME: dict[str, Promise] = {
    "scores": gettext_lazy("Customer scores"),
    "segments": gettext_lazy("Customer segments"),
    "journeys": gettext_lazy("Customer journeys"),
}


def register_coming() -> None:
    """Enter their lights, after all others; a room that brings one enters its own instead."""
    for order, (name, title) in enumerate(TO_COME.items(), start=100):
        register_light(name, title, _absent, order=order)


def _absent(shop_id: ShopId) -> Light:
    reason = LightReason(_("It takes a newer version; nothing is missing in your data."), "", "", stops=True)
    return Light(_("This version of ShopConnect doesn’t offer it."), (reason,))
