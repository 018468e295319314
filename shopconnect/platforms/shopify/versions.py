"""The version of Shopify's API that we speak: operators are warned a quarter before it ends."""

from datetime import date

from django.utils.translation import gettext as _

from shopconnect.connectors.shopify.versions import is_near_retirement, retirement
from shopconnect.core.clock import now
from shopconnect.platforms.shopify.app import find_app
from shopconnect.ui.dates import date_format


def find_version_warning(day: date | None = None) -> str:
    """Return what operators must know of the version on a day (today), "" while it lasts for more than a quarter."""
    app = find_app()
    if app is None or not is_near_retirement(app.api_version, day or now().date()):
        return ""
    names = {"version": app.api_version, "day": date_format(retirement(app.api_version), "DATE_FORMAT")}
    return (
        _("Shopify will stop supporting version %(version)s of its API on %(day)s. Update ShopConnect before then.")
        % names
    )
