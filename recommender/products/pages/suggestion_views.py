"""Pages of suggestions: what shoppers see and why, what is shown of the catalogue, and how varied it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.products.evaluation.exposure_report import alerts_of, exposure_reports_of
from recommender.products.pages import suggestions as services
from recommender.products.pages.forms import CountsForm, DiversityForm, ForYouForm
from recommender.products.services import (
    choose_counts,
    choose_diversity,
    choose_for_you,
    repeats_of,
    suggestions_for_page,
)
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.errors import Missing
from shopconnect.core.web.forms import submit_and_redirect


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
    product = services.product_of(request.shop_id, public_id) if preview and public_id else None
    context = {
        "category": services.category_of(request.shop_id, product, get_language() or "en"),
        "search": search,
        "found": found,
        "preview": preview,
        "chosen": public_id,
        "missing": missing,
        "gate_bars": services.gate_bars(preview.gates) if preview else (),
        "curve": services.diversity_curve(request.shop_id),
        "learning": services.learning_status(request.shop_id),
        "repeats": repeats_of(request.shop_id),
        "shows_counts": services.are_counts_shown(request.shop_id),
        "is_owner": request.member.role == Role.OWNER,
        "product": product,
    }
    return render(request, "products/suggestions.html", context, status=404 if missing else 200)


@member_required(*OFFICE)
@require_safe
def shown(request: MemberRequest) -> HttpResponse:
    """Show what suggestions show of the catalogue, week by week, and what of that is wrong."""
    found = exposure_reports_of(request.shop_id)
    context = {
        "newest": services.report_in(request.shop_id, found[0], get_language() or "en") if found else None,
        "alerts": alerts_of(found),
        "coverage": services.coverage_line(found),
        "first": found[-1] if found else None,
    }
    return render(request, "products/shown.html", context)


@member_required(Role.OWNER)
@require_POST
def variety(request: MemberRequest) -> HttpResponse:
    """Keep how much accuracy the shop gives for variety; it is learnt with that at once."""
    return submit_and_redirect(
        request,
        DiversityForm(request.POST),
        lambda form: choose_diversity(request.shop_id, request.member.user_id, form["percent"]),
        _("Saved. The model is being retrained with this setting, which takes a few minutes."),
        "products:suggestions",
    )


@member_required(Role.OWNER)
@require_POST
def reasons(request: MemberRequest) -> HttpResponse:
    """Keep whether reasons say on how many orders they rest."""
    return submit_and_redirect(
        request,
        CountsForm(request.POST),
        lambda form: choose_counts(request.shop_id, request.member.user_id, form["shows_counts"]),
        _("Saved. Shelves are updated in a minute or two."),
        "products:suggestions",
    )


@member_required(Role.OWNER)
@require_POST
def for_you(request: MemberRequest) -> HttpResponse:
    """Keep whether *for you* shows what a customer bought before."""
    return submit_and_redirect(
        request,
        ForYouForm(request.POST),
        lambda form: choose_for_you(request.shop_id, request.member.user_id, form["for_you"]),
        _("Saved. Shelves are updated in a minute or two."),
        "products:suggestions",
    )
