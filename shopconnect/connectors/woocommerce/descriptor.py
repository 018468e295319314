"""What generic code must know of WooCommerce."""

from shopconnect.connectors.base import Ability
from shopconnect.connectors.descriptor import PlatformDescriptor
from shopconnect.connectors.texts import gettext_noop
from shopconnect.connectors.woocommerce.types import PLATFORM, READ_WRITE

WOOCOMMERCE = PlatformDescriptor(
    name=PLATFORM,
    label="WooCommerce",
    abilities=frozenset({Ability.PUSH_PRICE, Ability.PUSH_PRICES, Ability.SUBSCRIBE, Ability.PAGES}),
    price_scope=READ_WRITE,
    staff_label=gettext_noop("WooCommerce staff %(number)s"),
    retries_webhooks=False,
    install_path="/woocommerce/connect",
    orders_path="/my-account/orders/",
)
