"""What this room enters in the registries of the rooms below, when the site starts."""

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext, gettext_lazy, ngettext

from recommender.prices.light import prices_light
from recommender.prices.outbox_kind import PRICE_CHANGE
from recommender.prices.promotions.types import PROMOTION_JUDGED
from recommender.prices.services import takes_prices
from recommender.prices.testing.types import TEST_GUARDED, TEST_OVER
from recommender.prices.types import GUARD_ACTED, READ_PRICES, WRITE_PRICES
from shopconnect.accounts.scopes import register_scope
from shopconnect.accounts.types import OFFICE
from shopconnect.notifications.kinds import register_notice_kind, title_of
from shopconnect.shops.audit import register_action
from shopconnect.sync.registry import register_outbox_kind
from shopconnect.ui.lights import register_light
from shopconnect.ui.navigation import NavigationGroup, register_entry

_register_kind = partial(register_notice_kind, group=NavigationGroup.SALES)


def register() -> None:
    """Enter what is noted, told, shown, sent and allowed here."""
    register_light("prices", gettext_lazy("Price proposals"), prices_light, order=40)
    register_action(PRICE_CHANGE.action, gettext_lazy("%(who)s requested a price change: %(subject)s"))
    register_action("approved_prices", gettext_lazy("%(who)s approved price proposals: %(subject)s"))
    register_action("rejected_prices", gettext_lazy("%(who)s rejected price proposals: %(subject)s"))
    register_action("took_back_price", gettext_lazy("%(who)s withdrew the approval of the price of %(subject)s"))
    register_action("set_price_rules", gettext_lazy("%(who)s changed the rules for prices"))
    register_action("loaded_positions", gettext_lazy("%(who)s imported competitors’ prices and families: %(subject)s"))
    register_action("stopped_prices", gettext_lazy("%(who)s stopped price proposals"))
    register_action("guarded_price", gettext_lazy("The price guard restored the price of %(subject)s"))
    _register_tests()
    _register_promotions()
    _register_kind(GUARD_ACTED, _guarded, gettext_lazy("A new price sold less than expected"), page="prices:proposals")
    register_scope(READ_PRICES, gettext_lazy("Read price proposals"))
    register_scope(WRITE_PRICES, gettext_lazy("Change rules for prices, competitors’ prices and families"))
    register_outbox_kind(PRICE_CHANGE)
    register_entry(
        "prices:proposals", "tag", gettext_lazy("Price proposals"), OFFICE, group=NavigationGroup.SALES, order=38
    )
    register_entry(
        "prices:promotions", "tag", gettext_lazy("Promotions"), OFFICE, group=NavigationGroup.SALES, order=39
    )
    register_entry(
        "prices:list",
        "tag",
        gettext_lazy("Price changes"),
        OFFICE,
        group=NavigationGroup.SALES,
        order=40,
        is_shown=takes_prices,
    )


def _register_tests() -> None:
    register_action("started_price_tests", gettext_lazy("%(who)s started price tests: %(subject)s"))
    register_action("stopped_price_test", gettext_lazy("%(who)s stopped the price test of %(subject)s"))
    register_action("guarded_price_test", gettext_lazy("The price guard ended the price test of %(subject)s"))
    over, guarded = gettext_lazy("A price test is over"), gettext_lazy("A price test was ended early")
    _register_kind(TEST_OVER, _test_over, over, page="prices:tests")
    _register_kind(TEST_GUARDED, _test_guarded, guarded, page="prices:tests")


def _register_promotions() -> None:
    register_action("planned_promotion", gettext_lazy("%(who)s planned the promotion %(subject)s"))
    register_action("removed_promotion", gettext_lazy("%(who)s removed the promotion %(subject)s"))
    told = gettext_lazy("The result of a promotion is in")
    _register_kind(PROMOTION_JUDGED, _judged, told, page="prices:promotions")


def _judged(params: Mapping[str, str]) -> str:
    return gettext("The result of the promotion “%(name)s” is in.") % {"name": params.get("name", "")}


def _test_over(params: Mapping[str, str]) -> str:
    return gettext("The price test of “%(title)s” is over. See what it found.") % {"title": title_of(params)}


def _test_guarded(params: Mapping[str, str]) -> str:
    text = gettext(
        "In the price test of “%(title)s”, one of the prices clearly earned less. The test has ended, and the "
        "previous price has been restored."
    )
    return text % {"title": title_of(params)}


def _guarded(params: Mapping[str, str]) -> str:
    units = int(params.get("units", "0"))
    text = ngettext(
        "“%(title)s” sold %(units)d unit in %(days)s days at its new price, less than expected. The previous price "
        "has been restored.",
        "“%(title)s” sold %(units)d units in %(days)s days at its new price, less than expected. The previous price "
        "has been restored.",
        units,
    )
    return text % {"title": title_of(params), "units": units, "days": params.get("days", "7")}
