"""What home shows of this room: when the shop was last in step, and the first import."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.accounts.first_steps import register_first_step
from shopconnect.accounts.types import OFFICE
from shopconnect.catalog.selectors import has_products
from shopconnect.connectors.files.descriptor import FILES
from shopconnect.shops.selectors import platform_of_shop
from shopconnect.sync.selectors import last_compared_at, last_finished_run_at, list_backfills
from shopconnect.ui.next_steps import NextStep, register_next_step
from shopconnect.ui.shop_times import ShopTime, register_shop_time


def register() -> None:
    """Enter the ways to a shop, to its first import, and the time of its last."""
    register_first_step(
        "files",
        gettext_lazy("Start with your files"),
        gettext_lazy("Drop exports from your shop here and see your suggestions before connecting anything."),
        lambda: reverse("sync:new_shop"),
        order=20,
    )
    register_next_step("import", import_step, OFFICE, order=10)
    register_shop_time("sync", gettext_lazy("Last sync"), last_sync, order=30)


def last_sync() -> ShopTime:
    """Return when the shop in scope was last found in step with its platform, or its last files were in."""
    times = [at for at in (last_compared_at(), last_finished_run_at()) if at]
    return ShopTime(at=max(times, default=None))


def import_step() -> NextStep:
    """Return the step of bringing the shop in, done once something of the shop in scope is in, or comes in."""
    platform = platform_of_shop()
    return NextStep(
        title=_("Import your shop"),
        done=has_products() or bool(list_backfills()),
        url=reverse("sync:bring_in"),
        explanation=_("Products and orders come from your shop’s platform or from files.")
        if platform == FILES
        else _("Products, customers and orders come in from %(platform)s automatically.")
        % {"platform": platform.label},
    )
