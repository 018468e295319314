"""Pages of the demo: choosing who one is, and removing the invented shop."""

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from chatbot.answers.selectors import count_questions
from shopconnect.accounts.access import MemberRequest, demo_only, member_required
from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.types import Role, SignInWay
from shopconnect.catalog.selectors import count_products
from shopconnect.core.errors import Refusal
from shopconnect.core.setup_progress import read_setup_progress
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.forms import read_form
from shopconnect.demo import people
from shopconnect.demo.forms import PartForm
from shopconnect.demo.types import DemoPart
from shopconnect.events.selectors import count_events
from shopconnect.orders.selectors import count_orders

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@demo_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose_part(request: HttpRequest) -> HttpResponse:
    """Offer the parts of the demo, and sign in as the one that was chosen."""
    return _answer_part(request)


def offer_parts(request: HttpRequest) -> HttpResponse | None:
    """Have visitors of the demo's first page choose who they are; once the shop has gone, the site's own page.

    None elsewhere.
    """
    if not (settings.DEMO and request.path == "/" and request.method in ("GET", "HEAD")):
        return None
    return _answer_part(request) if people.find_demo_slug() else render(request, "dashboard/front.html")


@member_required(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_demo(request: MemberRequest) -> HttpResponse:
    """Say what goes with the invented shop, and on a yes have it removed."""
    if request.method != "POST":
        with shop_scope(request.shop_id):
            counts = {
                "products": count_products().products,
                "orders": count_orders(),
                "visits": count_events().visits,
                "questions": count_questions(),
            }
        return render(request, "demo/remove_demo.html", counts, status=200 if request.member.is_demo else 403)
    try:
        people.ask_removal(request.shop_id)
    except Refusal as refusal:
        return render(request, "demo/remove_demo.html", {"refusal": refusal.message}, status=refusal.status)
    return render(request, "demo/demo_removed.html")


def _answer_part(request: HttpRequest) -> HttpResponse:
    slug = people.find_demo_slug()
    places = {
        "slug": slug,
        "storefront": settings.DEMO_STOREFRONT or f"/storefront/{slug}/",
        "admin": settings.DEMO_ADMIN,
        "platform": people.find_demo_platform(slug) if slug else "",
    }
    if request.method != "POST":
        return render(request, "demo/demo.html", places | {"steps": read_setup_progress(settings.DATA_FOLDER)})
    part = read_form(PartForm(request.POST))["part"]
    if part == DemoPart.MERCHANT:
        logout(request)
        return redirect("account_signup")
    try:
        user_id = people.find_demo_account(part)
    except Refusal as refusal:
        return render(request, "demo/demo.html", places | {"refusal": refusal.message}, status=refusal.status)
    logout(request)
    login(request, get_user_model().objects.get(pk=user_id), backend=BACKEND)
    sign_ins.note_sign_in(user_id, SignInWay.DEMO)
    return redirect("ui:operation" if part == DemoPart.OPERATOR else "dashboard:home")
