"""Price changes for the shop's platform, as the merchant's page asks for them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from shopconnect.catalog.selectors import find_product, list_products, list_variants
from shopconnect.core.errors import Refusal
from shopconnect.core.money import read_amount
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.types import PricePage
from shopconnect.platforms.shopify.app import admin_address
from shopconnect.shops.installs import connection_of, distrust_tokens, find_install
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import InstallSummary, NotConnected, Platform
from shopconnect.sync.selectors import list_changes
from shopconnect.sync.types import PLATFORM_NAMES

FOUND_AT_MOST = 8
NEEDED = {Platform.SHOPIFY: "write_products"}


def takes_prices(shop_id: ShopId) -> bool:
    """Say whether the shop stands on a platform where its prices can be changed from here."""
    with shop_scope(shop_id):
        install = find_install()
    return install is not None and install.platform in NEEDED


def price_page(shop_id: ShopId, search: str, public_id: int | None) -> PricePage:
    """Return what the page of price changes shows: those sent, and a product found by its title."""
    with shop_scope(shop_id):
        install, profile = find_install(), shop_profile()
        product = find_product(public_id) if public_id is not None else None
        return PricePage(
            platform=PLATFORM_NAMES.get(install.platform, "") if install else "",
            scope="" if install is None or _may_write(install) else NEEDED.get(install.platform, ""),
            address=_address(install) if install else "",
            changes=tuple(list_changes()),
            found=tuple(list_products(limit=FOUND_AT_MOST, search=search)) if search and product is None else (),
            product=product,
            variants=tuple(list_variants(product.id)) if product else (),
            zone=profile.timezone,
        )


def read_price(text: str) -> Decimal:
    """Read a price as people write it: 12.50, 12,50 or 1 234,50; raises Refusal(no_price)."""
    plain = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    try:
        return read_amount(plain)
    except ValueError as error:
        raise Refusal("no_price", _("Write a price as in 12.50, without a currency."), 400) from error


def take_new_scopes(shop_id: ShopId) -> None:
    """Ask the platform for tokens that allow what the merchant has just granted; what is stored stays if it is away."""
    distrust_tokens(shop_id)
    try:
        connection_of(shop_id)
    except NotConnected as error:
        raise Refusal("not_connected", _("The shop's platform does not let us in. Sign in there again.")) from error


def _may_write(install: InstallSummary) -> bool:
    return NEEDED.get(install.platform) in install.scopes


def _address(install: InstallSummary) -> str:
    """Return where the page stands in the platform's admin, which alone can grant more."""
    if install.platform != Platform.SHOPIFY:
        return ""
    return admin_address(install.external_id, f"apps/{settings.SHOPIFY_CLIENT_ID}/prices/")
