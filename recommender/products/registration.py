"""What this room enters in the registries of the rooms below, when the site starts."""

from functools import partial

from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from recommender.products.evaluation.exposure_report import SHELVES_UNEVEN
from recommender.products.pages import home
from recommender.products.pages.experiments import KINDS
from recommender.products.pages.light import suggestions_light
from recommender.products.rules.words import shelf_name
from recommender.products.services import model_gates, suggestions_for_page
from recommender.products.types import READ_RULES, READ_SUGGESTIONS, SUGGESTIONS, WRITE_RULES, Shelf
from shopconnect.accounts.scopes import register_scope
from shopconnect.accounts.types import OFFICE
from shopconnect.billing.meters import register_meter
from shopconnect.catalog.panels import register_product_panel
from shopconnect.catalog.types import ProductRow
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.kinds import register_backtest, register_experiment_kind, register_shelf
from shopconnect.notifications.kinds import register_notice_kind
from shopconnect.shops.audit import register_action
from shopconnect.ui.lights import register_light
from shopconnect.ui.navigation import NavigationGroup, register_entry
from shopconnect.ui.next_steps import register_next_step
from shopconnect.ui.panels import PanelPlace, register_panel
from shopconnect.ui.shop_times import register_shop_time

PANEL_SHELF = 5
SUGGESTIONS_A_MONTH = {"free": 5_000, "starter": 50_000, "growth": 250_000, "scale": 1_000_000}


def register() -> None:
    """Enter what is noted, told, counted and allowed here."""
    register_action("chose_variety", gettext_lazy("%(who)s set how much accuracy to trade for variety: %(subject)s %%"))
    register_action("shows_counts", gettext_lazy("%(who)s chose to show order counts in reasons"))
    register_action("hides_counts", gettext_lazy("%(who)s chose to hide order counts in reasons"))
    register_action("for_you_auto", gettext_lazy("%(who)s let the shop’s orders decide what “For you” offers"))
    register_action("for_you_new", gettext_lazy("%(who)s chose to offer only new products in “For you”"))
    register_action("for_you_all", gettext_lazy("%(who)s chose to offer past purchases in “For you” too"))
    register_action("began_test", gettext_lazy("%(who)s started an A/B test"))
    register_action("changed_rules", gettext_lazy("%(who)s published version %(subject)s of the suggestion rules"))
    register_notice_kind(
        SHELVES_UNEVEN,
        lambda params: gettext(
            "Your suggestions cover the catalogue less evenly than they should. See the page "
            "“Catalogue coverage” for details."
        ),
        gettext_lazy("Suggestions cover the catalogue unevenly"),
        group=NavigationGroup.STOREFRONT,
    )
    register_scope(READ_SUGGESTIONS, gettext_lazy("Read suggestions and their reasons"))
    register_scope(READ_RULES, gettext_lazy("Read suggestion rules and tests"))
    register_scope(WRITE_RULES, gettext_lazy("Write and publish rules, start and end tests"))
    for kind in KINDS:
        register_experiment_kind(kind)
    for shelf in Shelf:
        register_shelf(shelf.value, partial(shelf_name, shelf))
    register_backtest("products", _backtest_url)
    register_light("suggestions", gettext_lazy("Suggestions"), suggestions_light, order=10)
    register_product_panel("products/product_panel.html", _shelf_panel, OFFICE, order=20)
    register_entry(
        "products:suggestions", "spark", gettext_lazy("Suggestions"), OFFICE, group=NavigationGroup.STOREFRONT, order=10
    )
    register_entry("products:rules", "dials", gettext_lazy("Rules"), OFFICE, group=NavigationGroup.STOREFRONT, order=20)
    register_panel(PanelPlace.BACK_TEST, "products/back_test.html", home.back_test, OFFICE, order=10)
    register_panel(PanelPlace.BELOW, "products/latest_shelf.html", home.latest_shelf, OFFICE, order=20)
    register_shop_time("training", gettext_lazy("Last training"), home.last_training, order=40)
    register_next_step("look", home.look_step, OFFICE, order=40)
    register_meter(SUGGESTIONS, gettext_lazy("Visits with suggestions"), SUGGESTIONS_A_MONTH)


def _shelf_panel(shop_id: ShopId, product: ProductRow) -> dict[str, object]:
    preview = suggestions_for_page(shop_id, product.public_id, get_language() or "en", PANEL_SHELF)
    return {"public_id": product.public_id, "suggestions": preview.suggestions}


def _backtest_url(shop_id: ShopId) -> str:
    return f"{reverse('products:suggestions')}#measured" if model_gates(shop_id) else ""
