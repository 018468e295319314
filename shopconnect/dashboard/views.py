"""The merchant's pages."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import DisallowedRedirect
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recommender.products.evaluation.exposure_report import alerts_of, exposure_reports_of
from recommender.products.services import choose_diversity, suggestions_for_page
from shopconnect.accounts.access import MemberRequest, member_required, operator_required
from shopconnect.accounts.services import remember_language
from shopconnect.accounts.types import Role
from shopconnect.connectors.files.images import is_inside
from shopconnect.connectors.registry import list_descriptors
from shopconnect.core.clock import read_time
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.jobs.work import count_due, oldest_due_seconds
from shopconnect.core.observability.health import UP, find_parts, is_ready
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.dashboard import services
from shopconnect.dashboard.results import earned_of
from shopconnect.experiments.results import results_of
from shopconnect.shops.refusals import list_refusals
from shopconnect.widgets.signing import customer_secret
from shopconnect.widgets.storefronts import find_guide

OFFICE, DESK = (Role.OWNER, Role.ANALYST), (Role.OWNER, Role.SUPPORT)
PICTURES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


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


@member_required()
def snippet(request: MemberRequest) -> HttpResponse:
    """Show what puts the widgets on a storefront: the platform's own way, or a line in the theme."""
    facts = services.home_of(request.shop_id)
    guide = find_guide(facts.install.platform) if facts.install else None
    if facts.install is not None and guide is not None:
        return render(request, guide.template, {"home": facts, **guide.context(facts.install.external_id)})
    secret = customer_secret(facts.public_key) if request.member.role == Role.OWNER else ""
    return render(request, "dashboard/snippet.html", {"home": facts, "site": settings.SITE_URL, "secret": secret})


@member_required(*OFFICE)
def bring_in(request: MemberRequest) -> HttpResponse:
    """Show what was brought in last, line by line where something was left out, and how to bring in more."""
    facts = services.home_of(request.shop_id)
    platforms = [one for one in list_descriptors() if one.label]
    context = {"home": facts, "slug": request.member.slug, "platforms": platforms}
    return render(request, "dashboard/bring_in.html", context)


@member_required(*OFFICE)
@require_POST
def retry_now(request: MemberRequest) -> HttpResponse:
    """Have a bringing-in that is held up tried again at once."""
    services.retry_now(request.shop_id)
    return redirect("dashboard:bring_in")


@member_required()
@require_safe
def picture(request: MemberRequest, name: str) -> FileResponse:
    """Show a picture that came with the shop's folder; what an SVG might want to run or load stays shut."""
    kind = PICTURES.get(f".{name.rpartition('.')[2].lower()}")
    if kind is None or not is_inside(name):
        raise Http404
    try:
        file = default_storage.open(f"shop/{request.shop_id}/images/{name}")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@operator_required
def operator(request: HttpRequest) -> HttpResponse:
    """Show operators which parts are up and what waits."""
    parts = find_parts()
    last = parts["beat"].facts.get("last")
    context = {
        "parts": services.named_parts(parts),
        "ready": is_ready(parts),
        "queues": parts["workers"].facts.get("queues"),
        "last_beat": read_time(str(last)) if last else None,
        "due": count_due() if parts["database"].state == UP else None,
        "oldest_seconds": oldest_due_seconds() if parts["database"].state == UP else None,
        "refusals": list_refusals(),
    }
    return render(request, "dashboard/operator.html", context)


@guarded_by(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that somebody chose: in a cookie, and in the account of those signed in."""
    chosen, following = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        raise DisallowedRedirect("The page to go on to is not ours.")
    if chosen not in dict(settings.LANGUAGES):  # Django keeps a catalog of each language it is asked for, for good
        return HttpResponseRedirect(following)
    response = HttpResponseRedirect(translate_url(following, chosen))
    if check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS
        )
        if request.user.is_authenticated:
            remember_language(request.user.pk, chosen)
    return response
