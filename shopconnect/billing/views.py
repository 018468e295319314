"""The page of a shop's plan and of what it used, and where those who take money tell of a plan."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.billing import checkout, plans, usage
from shopconnect.billing.meters import meter_word
from shopconnect.billing.types import PlanOffer
from shopconnect.connectors.billing import PAID
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.observability.log import get_logger
from shopconnect.core.web.guards import SIGNED, guarded_by
from shopconnect.shops.services import timezone_of

log = get_logger(__name__)

MOST_BYTES = 1_000_000  # of a webhook


@member_required(Role.OWNER)
@require_safe
def plan_page(request: MemberRequest) -> HttpResponse:
    """Show the shop's plan, what of it was used this month, and where another is chosen."""
    is_back = request.META["QUERY_STRING"] == PAID
    plan = plans.find_plan(request.shop_id, is_new=is_back)
    request.forms_to = plan.seller_pages
    is_paid = plan.is_sold_here and plan.handle != plans.FREE
    if is_back and not is_paid:
        messages.info(request, _("Your payment is being confirmed. Reload this page in a moment to see your plan."))
    context = {
        "plan": plan,
        "is_paid": is_paid,
        "offers": _offers(request) if plan.is_sold_here and not is_paid else [],
        "meters": [(meter_word(one.meter), one) for one in usage.meters_of(request.shop_id)],
        "month": usage.month_of(now()),
        "zone": timezone_of(request.shop_id),
        "warned_at": usage.WARNED_AT,
    }
    return render(request, "billing/plan.html", context)


@member_required(Role.OWNER)
@require_POST
def choose_plan(request: MemberRequest) -> HttpResponse:
    """Go to the page of whoever takes the money, where a plan is bought, changed or ended."""
    back, price = settings.SITE_URL + reverse("billing:plan"), request.POST.get("price", "")
    try:
        return redirect(checkout.open_session(request.shop_id, price, back, get_language() or "en"))
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
    except ConnectorError as error:
        log.error("plan_not_opened", status=error.status, detail=error.detail)
        messages.error(request, _("Plans can’t be shown right now. Try again in a moment."), "bad")
    return redirect("billing:plan")


@guarded_by(SIGNED)
@csrf_exempt
@require_POST
def webhook(request: HttpRequest, place: str) -> HttpResponse:
    """Hear what became of a plan: 200 once a worker will ask, 400 where nobody there signed it.

    While the database is away the answer is 503, so that it is sent again.
    """
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        checkout.hear(place, request.body, {name.lower(): value for name, value in request.headers.items()})
    except UnreadablePostError:
        return HttpResponse(status=400)
    except Missing:
        return HttpResponse(status=404)
    except ConnectorError as error:
        log.info("webhook_refused", platform=place, status=error.status, detail=error.detail)
        return HttpResponse(status=400)
    return HttpResponse()


def _offers(request: MemberRequest) -> list[tuple[PlanOffer, list[tuple[str, int]]]]:
    """Return each plan that is sold here, with what it holds in words."""
    try:
        offers = checkout.list_offers(request.shop_id)
    except ConnectorError as error:
        log.error("prices_not_read", status=error.status, detail=error.detail)
        messages.error(request, _("Plans can’t be shown right now. Try again in a moment."), "bad")
        return []
    return [(offer, [(meter_word(meter), most) for meter, most in offer.most.items()]) for offer in offers]
