"""What the merchant's pages ask: each opens the shop once and returns plain facts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from chatbot.answers.selectors import count_entries, count_exchanges
from recommender.products.data.catalogue import title_of
from recommender.products.selectors import latest_training
from recommender.products.services import diversity_of, model_gates, suggestions_for_page
from recommender.products.types import ExposureReport, GateSummary, ShelfPreview, State
from shopconnect.billing.usage import was_ever_used
from shopconnect.catalog.selectors import count_products, find_product, find_product_by_external_id, list_products
from shopconnect.catalog.types import ProductRow
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.dashboard.types import Dot, GateComparison, Home, Step, UnderWay, VarietyCurve
from shopconnect.events.selectors import count_events
from shopconnect.notifications.selectors import has_reach
from shopconnect.orders.selectors import count_orders, latest_orders, lines_of_orders
from shopconnect.shops.selectors import keys_of_shop, shop_profile
from shopconnect.shops.types import KeyKind
from shopconnect.sync.selectors import sync_status
from shopconnect.widgets.storefronts import find_guide

RECENT_DAYS, FOUND_AT_MOST, HOME_SHELF, LEAST_DOTS = 28, 12, 5, 2


def home_of(shop_id: ShopId) -> Home:
    """Return what the home page shows of a shop."""
    comparisons = compare(model_gates(shop_id))
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
            comparisons=comparisons,
            is_reached=has_reach(shop_id),
            is_in_use=was_ever_used(),
            public_key=keys_of_shop(shop_id, KeyKind.WIDGET)[0],
        )


def under_way(shop_id: ShopId) -> UnderWay:
    """Return whether a shop is still coming in, and how far a learning is that runs."""
    with shop_scope(shop_id):
        status, training = sync_status(), latest_training()
    return UnderWay(
        is_coming=status.is_coming,
        learnt_percent=training.percent if training is not None and training.state == State.RUNNING else None,
    )


def compare(gates: Iterable[GateSummary]) -> tuple[GateComparison, ...]:
    """Return each purpose's two figures as widths of bars, the longest of all being 100."""
    rows = tuple(gates)
    longest = max((max(row.blend_ndcg, row.simple_ndcg) for row in rows), default=0.0) or 1.0
    return tuple(
        GateComparison(
            gate=row, learnt_width=100 * row.blend_ndcg / longest, simple_width=100 * row.simple_ndcg / longest
        )
        for row in rows
    )


def curve_of(shop_id: ShopId) -> VarietyCurve | None:
    """Return what variety costs a shop as a drawing, or None while that is not measured."""
    facts = diversity_of(shop_id)
    if len(facts.curve) < LEAST_DOTS:
        return None
    floor = min(point.kept for point in facts.curve)
    left, right = (edge(point.coverage for point in facts.curve) for edge in (min, max))
    wide, high = (right - left) or 1, (1 - floor) or 1
    dots = tuple(
        Dot(100 * (point.coverage - left) / wide, 50 * (1 - point.kept) / high, point == facts.shown)
        for point in facts.curve
    )
    return VarietyCurve(facts=facts, dots=dots, floor=floor, left=left, right=right)


def weeks_line(audits: Sequence[ExposureReport]) -> str:
    """Return the coverage of audits, the newest first, as an SVG's points of 100 x 40 from the oldest on."""
    step = 100 / max(len(audits) - 1, 1)
    return " ".join(f"{i * step:.2f},{40 * (1 - week.coverage):.2f}" for i, week in enumerate(reversed(audits)))


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


def next_steps(home: Home) -> list[Step]:
    """Return what gets a shop going, in order, with what is done already."""
    return [
        Step(
            title=_("Bring the shop in"),
            done=home.products.products > 0 or bool(home.sync.backfills),
            url=reverse("sync:bring_in"),
            explanation=_("Products, customers and orders arrive from %(platform)s by themselves.")
            % {"platform": home.sync.platform}
            if home.sync.platform
            else _("Products and orders arrive from the shop's platform, or from a folder of files."),
        ),
        _storefront_step(home),
        Step(
            title=_("Write the first answers"),
            done=home.faq_entries > 0,
            url=reverse("console:log"),
            explanation=_("Ten questions that shoppers ask most are a good start."),
        ),
        Step(
            title=_("See what shoppers see"),
            done=bool(home.comparisons),
            url=reverse("dashboard:suggestions"),
            explanation=_("Look at the suggestions of a product you know well."),
        ),
        *_reach_step(home),
    ]


def _reach_step(home: Home) -> list[Step]:
    """Return, where people come through their platform's admin and have no address here, how we are given one."""
    if not home.sync.platform:
        return []
    return [
        Step(
            title=_("Say where we may write to you"),
            done=home.is_reached,
            is_optional=True,
            url=f"{reverse('notifications:notices')}#address",
            explanation=_("What the shop must know then reaches you by e-mail too."),
        )
    ]


def _storefront_step(home: Home) -> Step:
    """Return how the widgets come to the storefront; a web pixel tells of visits where no widget stands yet."""
    url = reverse("widgets:snippet")
    guide = find_guide(home.sync.install.platform) if home.sync.install else None
    if guide is not None:
        return Step(title=_(guide.title), done=home.is_in_use, url=url, explanation=_(guide.explanation))
    return Step(
        title=_("Put the widgets on the storefront"),
        done=home.is_in_use or home.visits > 0,
        url=url,
        explanation=_("One line in the theme shows suggestions and the assistant."),
    )


def found_products(shop_id: ShopId, search: str, language: str) -> list[ProductRow]:
    """Return products whose title contains a text, the first dozen; those first in the catalog when it is empty.

    Their titles are in the reader's language, where the shop has them in it.
    """
    with shop_scope(shop_id):
        rows = list_products(limit=FOUND_AT_MOST, search=search)
    return [replace(row, title=title_of(shop_id, row.public_id, language) or row.title) for row in rows]


def product_of(shop_id: ShopId, public_id: int) -> ProductRow | None:
    """Return a product of a shop, or None."""
    with shop_scope(shop_id):
        return find_product(public_id)
