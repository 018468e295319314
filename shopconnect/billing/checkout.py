"""Plans that our own page sells: what they cost, where one is bought, changed and ended, and what is heard of that.

What is paid for stands with who takes the money, and a shop is known there as its payer, a key of the doorway. A
webhook only has us ask again, so that one which comes twice, late or in another order changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from shopconnect.billing.plans import ask_plan, billed_shop, billing_of_shop, plan_of, plan_word
from shopconnect.billing.types import PlanOffer
from shopconnect.connectors.billing import BilledShop, PlanShop
from shopconnect.connectors.registry import find_billing, find_plan_shop
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import find_install
from shopconnect.shops.selectors import keys_of_shop, platform_of_shop, shop_by_key
from shopconnect.shops.services import store_key
from shopconnect.shops.types import KeyKind

WORK_KIND, NO_SUBJECT = "end_plan", 0


def list_offers(shop_id: ShopId) -> list[PlanOffer]:
    """Return the plans that are sold on our page, the smallest first; raises Missing and ConnectorError."""
    prices = _plan_shop(shop_id)[1].list_prices()
    return [
        PlanOffer(
            handle=handle,
            name=plan_word(handle),
            most=plan_of(handle).most,
            prices=[price for price in prices if price.plan == handle],
        )
        for handle in dict.fromkeys(price.plan for price in prices)
    ]


def open_session(shop_id: ShopId, price: str, back: str, language: str) -> str:
    """Return where a shop buys a plan, or changes and ends the one that it has; raises Missing and ConnectorError."""
    shop, seller = _plan_shop(shop_id)
    payer = seller.open_account(shop)
    if payer != shop.payer:
        with shop_scope(shop_id):
            store_key(shop_id, KeyKind.PAYER, payer)
    return seller.open_session(replace(shop, payer=payer), price, back, language)


def hear(place: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Have a worker ask again what the shop pays for of which a webhook tells, or end that where the shop left.

    Raises Missing where no plans are sold so, and ConnectorError where nobody there signed it.
    """
    seller = find_plan_shop(place)
    if seller is None:
        raise Missing(_("No plans are sold here."))
    payer = seller.hear(body, headers)
    shop_id = shop_by_key(KeyKind.PAYER, payer) if payer else None
    if shop_id is not None:
        with shop_scope(shop_id):
            ask_plan(shop_id)
            if find_install() is None:  # a plan that was still bought after its shop had left
                ask_end(shop_id)


def ask_end(shop_id: ShopId) -> None:
    """Have a worker end what a shop pays for that left; run in the shop's scope."""
    if keys_of_shop(shop_id, KeyKind.PAYER):
        add_due(WORK_KIND, NO_SUBJECT)


def end_plan(shop_id: ShopId) -> None:
    """Have the plan of a shop that left end with what is paid; one that is back keeps it. A second run does no more."""
    with shop_scope(shop_id):
        shop = billed_shop(platform_of_shop().name)
        billing = find_billing(shop) if find_install() is None else None
    if isinstance(billing, PlanShop):
        billing.end(shop)


def _plan_shop(shop_id: ShopId) -> tuple[BilledShop, PlanShop]:
    with shop_scope(shop_id):
        shop, billing = billing_of_shop()
    if shop is None or not isinstance(billing, PlanShop):
        raise Missing(_("Plans can’t be chosen this way."))
    return shop, billing
