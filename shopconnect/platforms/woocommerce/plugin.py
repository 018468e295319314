"""Our plugin in a shop: the file that a merchant uploads, and the key that it is given once it is active."""

from django.conf import settings
from django.utils.translation import gettext_noop

from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.connection import WooConnection
from shopconnect.connectors.woocommerce.plugin_zip import build_plugin
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.services import public_key_of
from shopconnect.widgets.signing import customer_secret
from shopconnect.widgets.storefronts import StorefrontGuide

log = get_logger(__name__)
GUIDE = StorefrontGuide(
    title=gettext_noop("Install the plugin in WordPress"),
    explanation=gettext_noop("A file to upload and a few clicks. No code needed."),
    template="woocommerce/plugin.html",
    context=lambda shop: {"admin": f"https://{shop}/wp-admin"},
)


def plugin_file() -> bytes:
    """Return the plugin as a zip that leads to this site; where that has no https, its merchant writes an address."""
    return build_plugin(settings.SITE_URL if settings.HTTPS else "")


def give_key(shop_id: ShopId, connection: WooConnection) -> bool:
    """Give a shop's plugin, where it is active, what its pages and its server need; a second time changes nothing."""
    public_key = public_key_of(shop_id)
    try:
        return connection.set_up_plugin(public_key, customer_secret(public_key))
    except ConnectorError as error:  # looked at again with the shop's health
        log.warning("plugin_not_set_up", shop_id=shop_id, status=error.status, detail=error.detail)
        return False
