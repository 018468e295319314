"""The page of a shop's plan and of what it used."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.billing import plans, usage
from shopconnect.billing.meters import meter_word
from shopconnect.core.clock import now
from shopconnect.shops.services import timezone_of


@member_required(Role.OWNER)
@require_safe
def plan_page(request: MemberRequest) -> HttpResponse:
    """Show the shop's plan, what of it was used this month, and where another is chosen."""
    meters = [(meter_word(one.meter), one) for one in usage.meters_of(request.shop_id)]
    context = {
        "plan": plans.plan_facts(request.shop_id),
        "meters": meters,
        "month": usage.month_of(now()),
        "zone": timezone_of(request.shop_id),
        "warned_at": usage.WARNED_AT,
    }
    return render(request, "billing/plan.html", context)
