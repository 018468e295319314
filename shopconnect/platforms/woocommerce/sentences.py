"""What a merchant reads where a shop cannot be connected: what is in the way, and who mends it how."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopconnect.connectors.woocommerce.obstacles import Obstacle

_SENTENCES: Mapping[Obstacle, Promise] = {
    Obstacle.ELSEWHERE: _(
        "This address redirects to another one. Open your shop in a browser and copy the address you see there."
    ),
    Obstacle.NO_ANSWER: _("We can’t reach your shop. Check the address and that the shop is online, then try again."),
    Obstacle.NO_HTTPS: _(
        "Your shop doesn’t use https yet. Ask your host for a certificate. Then, in WordPress, open Settings > General "
        "and make both addresses start with https://."
    ),
    Obstacle.FIREWALL: _(
        "A firewall or a security plugin is blocking us. Ask your host to let “ShopConnect (WooCommerce)” reach "
        "/wp-json/, or allow it in the plugin, then try again."
    ),
    Obstacle.PLAIN_PERMALINKS: _(
        "Your shop uses plain permalinks, which WooCommerce connections don’t work with. In WordPress, open "
        "Settings > Permalinks, choose “Post name” and save, then try again."
    ),
    Obstacle.NO_WOOCOMMERCE: _(
        "We can’t find WooCommerce at this address. Check the address and that the WooCommerce plugin is active."
    ),
    Obstacle.KEY_REFUSED: _(
        "Your shop refuses its own key. Its server probably removes the Authorization header: ask your "
        "host to let it through (on Apache: CGIPassAuth On), then try again."
    ),
    Obstacle.NO_KEY: _(
        "You approved, but your shop couldn’t send us its key. Ask your host to allow outgoing requests to %(host)s, "
        "then start again."
    ),
    Obstacle.FAILING: _("Your shop is returning an error. Nothing is lost. Try again in a moment."),
}
DECLINED = _("You declined in your shop, so nothing was connected. You can start again whenever you like.")
NOT_OURS = _(
    "This approval was already used, took too long or was started in another browser. Start again from this one."
)


def sentence_of(obstacle: Obstacle) -> str:
    """Return what to do about an obstacle, in the active language."""
    return str(_SENTENCES[obstacle]) % {"host": urlsplit(settings.SITE_URL).hostname}
