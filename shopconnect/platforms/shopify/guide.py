"""How ShopConnect is switched on in a theme of Shopify's."""

from django.utils.translation import gettext_noop

from shopconnect.platforms.shopify.app import theme_links
from shopconnect.widgets.storefronts import StorefrontGuide

THEME = StorefrontGuide(
    title=gettext_noop("Turn on ShopConnect in your theme"),
    explanation=gettext_noop("A few clicks in Shopify’s theme editor. No code needed."),
    template="shopify/theme.html",
    context=lambda shop: {"editor": theme_links(shop)},
)
