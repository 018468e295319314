"""The page of a shop's plan and of what it used."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.billing import plans, usage
from shopconnect.billing.meters import meter_word
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.shops.services import timezone_of


@member_required(Role.OWNER)
@require_safe
def plan_page(request: MemberRequest) -> HttpResponse:
    """Show the shop's plan, what of it was used this month, and where another is chosen."""
    meters = [(meter_word(one.meter), one) for one in usage.meters_of(request.shop_id)]
    context = {
        "plan": plans.find_plan(request.shop_id),
        "meters": meters,
        "month": usage.month_of(now()),
        "zone": timezone_of(request.shop_id),
        "warned_at": usage.WARNED_AT,
    }
    return render(request, "billing/plan.html", context)


@member_required(Role.OWNER)
@require_POST
def choose_plan(request: MemberRequest) -> HttpResponse:
    """Open a session with whoever takes the money, and go to the page where a plan is chosen."""
    try:
        return redirect(plans.open_plan_page(request.shop_id))
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
    except ConnectorError:
        messages.error(request, _("Plans can’t be shown right now. Try again in a moment."), "bad")
    return redirect("billing:plan")
