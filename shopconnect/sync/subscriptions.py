"""Webhooks that are subscribed to shop by shop: asked for when a shop comes, looked after each night, ended by us.

Platforms whose app has them for all its shops know nothing of this: they lack the ability.
"""

from django.conf import settings
from django.urls import reverse

from shopconnect.connectors.base import Ability
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners
from shopconnect.shops.installs import connected, find_install, uninstall_shop
from shopconnect.shops.selectors import platform_of_shop
from shopconnect.shops.types import NotConnected

log = get_logger(__name__)

KIND, NO_SUBJECT = "subscribe_webhooks", 0
SWITCHED_OFF = "webhooks_switched_off"  # the notice


def ask_subscribing(shop_id: ShopId) -> None:
    """Have a worker subscribe to a shop's webhooks, where its platform has such; run in the shop's scope."""
    if Ability.SUBSCRIBE in platform_of_shop().abilities:
        add_due(KIND, NO_SUBJECT)


def subscribe(shop_id: ShopId) -> None:
    """Subscribe to a shop's webhooks; what is subscribed to stays, so a second run changes nothing.

    What the platform had switched off is on again then, and the owners are told. Raises ConnectorError while the
    platform cannot be asked.
    """
    address = webhook_address(shop_id)
    try:
        with connected(shop_id) as connection:
            if Ability.SUBSCRIBE not in connection.can:
                return
            switched_off = connection.subscribe_webhooks(address)
    except NotConnected:
        return
    if switched_off:
        with shop_scope(shop_id):
            tell_owners(SWITCHED_OFF, {})


def disconnect_shop(shop_id: ShopId) -> None:
    """End a shop's install from our side: first its webhooks, while its access still opens the platform.

    A platform that is away keeps nobody: what it still sends is refused from then on.
    """
    address = webhook_address(shop_id)
    try:
        with connected(shop_id) as connection:
            if Ability.SUBSCRIBE in connection.can:
                connection.unsubscribe_webhooks(address)
    except (NotConnected, ConnectorError) as error:
        log.warning("webhooks_left_subscribed", shop_id=shop_id, error=type(error).__name__)
    uninstall_shop(shop_id, None)


def webhook_address(shop_id: ShopId) -> str:
    """Return where a shop's platform sends the webhooks of this shop; "" once it left."""
    with shop_scope(shop_id):
        install = find_install()
    if install is None:
        return ""
    return f"{settings.SITE_URL}{reverse('sync:shop_webhook', args=[install.platform, install.external_id])}"
