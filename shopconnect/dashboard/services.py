"""What the merchant's pages ask: each opens the shop once and returns plain values."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from chatbot.answers.selectors import count_entries, count_exchanges
from recommender.products.selectors import latest_training
from recommender.products.services import model_gates, suggestions_for_page
from recommender.products.types import ShelfPreview
from shopconnect.billing.usage import was_ever_used
from shopconnect.catalog.selectors import count_products, find_product_by_external_id
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.types import Home, SetupStep
from shopconnect.events.selectors import count_events
from shopconnect.notifications.selectors import has_reach
from shopconnect.orders.selectors import count_orders, latest_orders, lines_of_orders
from shopconnect.shops.selectors import keys_of_shop, shop_profile
from shopconnect.shops.types import KeyKind
from shopconnect.sync.selectors import sync_status
from shopconnect.widgets.storefronts import find_guide

RECENT_DAYS, HOME_SHELF = 28, 5


def home_of(shop_id: ShopId) -> Home:
    """Return what the home page shows of a shop."""
    gates = model_gates(shop_id)
    with shop_scope(shop_id):
        return Home(
            profile=shop_profile(),
            products=count_products(),
            orders=count_orders(),
            visits=count_events(since=(now() - timedelta(days=RECENT_DAYS)).date()).visits,
            faq_entries=sum(count_entries().values()),
            chats=count_exchanges(now() - timedelta(days=RECENT_DAYS)),
            sync=sync_status(),
            training=latest_training(),
            gates=gates,
            is_reached=has_reach(shop_id),
            is_in_use=was_ever_used(),
            public_key=keys_of_shop(shop_id, KeyKind.WIDGET)[0],
        )


def shelf_of(shop_id: ShopId, language: str) -> ShelfPreview | None:
    """Return what shoppers see beside the product that sold last, or None while there is nothing to suggest."""
    with shop_scope(shop_id):
        latest = latest_orders(1)
        lines = lines_of_orders([order.id for order in latest])
        known = [line.product_external_id for rows in lines.values() for line in rows if line.product_id]
        product = find_product_by_external_id(known[0]) if known else None
    if product is None:
        return None
    preview = suggestions_for_page(shop_id, product.public_id, language, HOME_SHELF)
    return preview if preview.suggestions else None


def next_steps(home: Home) -> list[SetupStep]:
    """Return what gets a shop going, in order, with what is done already."""
    return [
        SetupStep(
            title=_("Import your shop"),
            done=home.products.products > 0 or bool(home.sync.backfills),
            url=reverse("sync:bring_in"),
            explanation=_("Products, customers and orders come in from %(platform)s automatically.")
            % {"platform": home.sync.platform}
            if home.sync.platform
            else _("Products and orders come from your shop’s platform or from files."),
        ),
        _storefront_step(home),
        SetupStep(
            title=_("Write your first answers"),
            done=home.faq_entries > 0,
            url=reverse("console:log"),
            explanation=_("Start with the ten questions your shoppers ask most."),
        ),
        SetupStep(
            title=_("See what shoppers see"),
            done=bool(home.gates),
            url=reverse("products:suggestions"),
            explanation=_("Check the suggestions for a product you know well."),
        ),
        *_reach_step(home),
    ]


def _reach_step(home: Home) -> list[SetupStep]:
    """Return, where people come through their platform's admin and have no address here, how we are given one."""
    if not home.sync.platform:
        return []
    return [
        SetupStep(
            title=_("Add your email address"),
            done=home.is_reached,
            is_optional=True,
            url=f"{reverse('notifications:notices')}#address",
            explanation=_("You’ll also receive important notifications by email."),
        )
    ]


def _storefront_step(home: Home) -> SetupStep:
    """Return how the widgets come to the storefront; a web pixel tells of visits where no widget stands yet."""
    url = reverse("widgets:snippet")
    guide = find_guide(home.sync.install.platform) if home.sync.install else None
    if guide is not None:
        return SetupStep(title=_(guide.title), done=home.is_in_use, url=url, explanation=_(guide.explanation))
    return SetupStep(
        title=_("Add the widgets to your shop"),
        done=home.is_in_use or home.visits > 0,
        url=url,
        explanation=_("One line in your theme shows suggestions and the assistant."),
    )
