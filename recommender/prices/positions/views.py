"""The table of competitors' prices and families: handed out, and taken."""

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.prices.positions.table import load_positions, position_table
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.catalog.tables.receiving import receive_item_table
from shopconnect.core.web.csv_files import csv_response, dated_name


@member_required(*OFFICE)
@require_safe
def positions_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the table."""
    rows = position_table(request.shop_id, get_language() or "en")
    return csv_response(dated_name(request.member.slug, _("competitor-prices")), rows)


@member_required(Role.OWNER)
@require_POST
def send_positions(request: MemberRequest) -> HttpResponse:
    """Take the table."""
    return receive_item_table(
        request, lambda path: load_positions(request.shop_id, request.member.user_id, path), _loaded, "prices:rules"
    )


def _loaded(count: int) -> str:
    done = ngettext("Table imported: %(count)d product.", "Table imported: %(count)d products.", count)
    return done % {"count": count}
