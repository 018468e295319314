"""The merchant's pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.products.evaluation.exposure_report import alerts_of, exposure_reports_of
from recommender.products.services import choose_diversity, suggestions_for_page
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, OFFICE, Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.dashboard import services
from shopconnect.dashboard.results import earned_of
from shopconnect.experiments.results import results_of


@member_required()
def home(request: MemberRequest) -> HttpResponse:
    """Show whether it works, what it earned as far as is known, and what to do next."""
    facts = services.home_of(request.shop_id)
    steps = services.next_steps(facts)
    needed = [step for step in steps if not step.is_optional]
    context = {
        "home": facts,
        "steps": steps,
        "needed": len(needed),
        "done": sum(step.done for step in needed),
        "next_step": next((step for step in needed if not step.done), None),
        "in_office": request.member.role in OFFICE,
        "earned": earned_of(results_of(request.shop_id)),
        "at_desk": request.member.role in DESK,
        "preview": services.shelf_of(request.shop_id, get_language() or "en"),
    }
    return render(request, "dashboard/home.html", context)


@member_required(*OFFICE)
def suggestions(request: MemberRequest) -> HttpResponse:
    """Show what shoppers see beside a product, and why; a product is found by its title."""
    search, chosen = request.GET.get("search", "")[:200].replace("\0", ""), request.GET.get("product", "")
    found = services.found_products(request.shop_id, search, get_language() or "en")
    is_id = chosen.isascii() and chosen.isdecimal() and len(chosen) < 20
    public_id = int(chosen) if is_id else (found[0].public_id if found else None)
    preview, missing = None, ""
    if public_id is not None:
        try:
            preview = suggestions_for_page(request.shop_id, public_id, get_language() or "en")
        except Missing as refusal:
            missing = refusal.message
    context = {
        "search": search,
        "found": found,
        "preview": preview,
        "chosen": public_id,
        "missing": missing,
        "comparisons": services.compare(preview.gates) if preview else (),
        "curve": services.curve_of(request.shop_id),
        "under_way": services.under_way(request.shop_id),
        "is_owner": request.member.role == Role.OWNER,
        "product": services.product_of(request.shop_id, public_id) if preview and public_id else None,
    }
    return render(request, "dashboard/suggestions.html", context, status=404 if missing else 200)


@member_required(*OFFICE)
@require_safe
def shown(request: MemberRequest) -> HttpResponse:
    """Show what suggestions show of the catalogue, week by week, and what of that is wrong."""
    found = exposure_reports_of(request.shop_id)
    context = {
        "newest": found[0] if found else None,
        "alerts": alerts_of(found),
        "coverage": services.weeks_line(found),
        "first": found[-1] if found else None,
    }
    return render(request, "dashboard/shown.html", context)


@member_required(Role.OWNER)
@require_POST
def variety(request: MemberRequest) -> HttpResponse:
    """Keep how much accuracy the shop gives for variety; it is learnt with that at once."""
    percent = request.POST.get("percent", "")
    try:
        choose_diversity(request.shop_id, request.member.user_id, int(percent) if percent.isdecimal() else -1)
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
    else:
        messages.success(request, _("Chosen. The shop is learnt anew with that, which takes some minutes."))
    return redirect("dashboard:suggestions")
