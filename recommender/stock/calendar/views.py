"""The page of the calendar: what forecasts know of coming days, and what the merchant enters."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.stock.advising import knows_calendar
from recommender.stock.calendar import keeping
from recommender.stock.calendar.forms import ENTERED, KIND_NAMES, EventForm
from recommender.stock.types import CalendarDay
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.web.forms import run_and_redirect, submit_or_show

PAGE = "stock:calendar"


@member_required(*OFFICE)
@require_safe
def calendar(request: MemberRequest) -> HttpResponse:
    """Show the events to come, those that the merchant entered, and whether forecasts believe them."""
    return _calendar(request, EventForm())


@member_required(Role.OWNER)
@require_POST
def add_event(request: MemberRequest) -> HttpResponse:
    """Enter an event; a refusal stands on the page with what was typed."""
    shop_id, user_id = request.shop_id, request.member.user_id
    form = EventForm(request.POST)
    return submit_or_show(
        request,
        form,
        lambda fields: keeping.add_event(shop_id, user_id, fields),
        _("Event added."),
        PAGE,
        lambda refusal, status: _calendar(request, form, refusal, status=status),
    )


def _calendar(request: MemberRequest, form: EventForm, refusal: str = "", *, status: int = 200) -> HttpResponse:
    events = keeping.shop_calendar(request.shop_id, get_language() or "en")
    context = {
        "rows": [(one, _title(one)) for one in events],
        "kinds": [(kind.value, str(KIND_NAMES[kind])) for kind in ENTERED],
        "is_believed": knows_calendar(request.shop_id),
        "is_owner": request.member.role == Role.OWNER,
        "form": form,
        "refusal": refusal,
        "tab": "calendar",
    }
    return render(request, "stock/calendar.html", context, status=status)


@member_required(Role.OWNER)
@require_POST
def remove_event(request: MemberRequest, public_id: int) -> HttpResponse:
    """Remove an event."""
    shop_id, user_id = request.shop_id, request.member.user_id
    return run_and_redirect(
        request, lambda: keeping.remove_event(shop_id, user_id, public_id), _("Event removed."), PAGE
    )


def _title(one: CalendarDay) -> str:
    return one.name or str(KIND_NAMES[one.kind])
