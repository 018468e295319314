"""Shopify's web pixel: switched on in a shop that comes, comes back, or signs in again."""

from django.conf import settings

from shopconnect.connectors.base import Ability
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.installs import connected
from shopconnect.shops.types import NotConnected
from shopconnect.widgets.services import public_key_of

log = get_logger(__name__)

PIXEL_KIND = "switch_on_pixel"


def pixel_settings(shop_id: ShopId) -> dict[str, str]:
    """Return what the web pixel of a shop is given: where the shop's pages tell us of their shoppers."""
    return {"endpoint": f"{settings.SITE_URL}/w/{public_key_of(shop_id)}/events"}


def ask_pixel(shop_id: ShopId) -> None:
    """Have a worker switch our web pixel on in a shop; run in the shop's scope."""
    add_due(PIXEL_KIND, 0)


def switch_on_pixel(shop_id: ShopId) -> None:
    """Switch our web pixel on in a shop whose platform has such; where it is on, it is given the same once more.

    A shop that left or is parked is passed over: who comes back, or signs in again, is asked for anew.
    """
    try:
        with connected(shop_id) as connection:
            if Ability.PIXEL not in connection.can:
                return
            receipt = connection.set_pixel(pixel_settings(shop_id))
    except NotConnected:
        return
    if not receipt.is_done:
        log.warning("pixel_refused", shop_id=shop_id, refusal=receipt.refusal)
