"""Pages of price changes for the shop's platform: look for a product, write a price, look at the change, send it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from recommender.prices import services
from recommender.prices.forms import TYPED, PriceForm, read_id, read_price_request
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import random_token
from shopconnect.core.web.forms import read_form

NEEDS_A_YES = ("free", "deep_cut")  # what may be meant, though it looks like a slip


@member_required(*OFFICE)
@require_http_methods(["GET", "HEAD"])
def prices(request: MemberRequest) -> HttpResponse:
    """Show the price changes that were sent, and a product whose price is to change."""
    return _page(request, read_id(request.GET.get("product", "")))


@member_required(Role.OWNER)
def change_price(request: MemberRequest) -> HttpResponse:
    """Show what a change would do; when it was seen, have it sent."""
    if request.method != "POST":  # a page that was answered here is loaded again
        return redirect("prices:list")
    form = read_form(PriceForm(request.POST))
    public_id = read_id(form["product"])
    try:
        wanted = read_price_request(form)
        if form["seen"]:
            services.ask_price_change(request.shop_id, request.member.user_id, wanted, form["key"] or random_token())
            return redirect("prices:list")
        preview = services.preview_price(request.shop_id, wanted, get_language() or "en")
    except Refusal as refusal:
        context = {"refusal": refusal.message, "needs_a_yes": refusal.code in NEEDS_A_YES}
        return _page(request, public_id, context, status=refusal.status)
    fields = [(name, form[name]) for name in TYPED] + [("is_confirmed", "1")] * form["is_confirmed"]
    return _page(request, public_id, {"preview": preview, "fields": [*fields, ("key", random_token())]})


@member_required(Role.OWNER)
def undo_price(request: MemberRequest, public_id: int) -> HttpResponse:
    """Have the price before a change set again."""
    if request.method != "POST":
        return redirect("prices:list")
    try:
        services.undo_price_change(request.shop_id, request.member.user_id, public_id)
    except Refusal as refusal:
        return _page(request, None, {"refusal": refusal.message}, status=refusal.status)
    return redirect("prices:list")


@member_required(Role.OWNER)
@require_POST
def prices_allowed(request: MemberRequest) -> HttpResponse:
    """Learn what the merchant has just allowed us on the shop's platform."""
    try:
        services.take_new_scopes(request.shop_id)
    except Refusal as refusal:
        return _page(request, None, {"refusal": refusal.message}, status=refusal.status)
    except ConnectorError:  # the platform is away: the page still asks, and the next try may do
        pass
    return redirect("prices:list")


def _page(
    request: MemberRequest, public_id: int | None, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    search = request.GET.get("search", "")[:200].replace("\0", "")
    context = {
        "page": services.price_page(request.shop_id, search, public_id, get_language() or "en"),
        "search": search,
        "is_owner": request.member.role == Role.OWNER,
        "typed": request.POST,
        **(more or {}),
    }
    return render(request, "prices/prices.html", context, status=status)
