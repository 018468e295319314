"""Views of connecting a shop: its address, the way to its own page, its key, and the way back. And of its health."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopconnect.accounts.access import (
    SHOP_IN_SESSION,
    MemberRequest,
    chosen_member,
    member_required,
    public,
    recently_authenticated,
    signed_in,
)
from shopconnect.accounts.selectors import owners_of
from shopconnect.accounts.types import Role
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.approval import MOST_BYTES, approval_url, read_key
from shopconnect.connectors.woocommerce.plugin_zip import FILE_NAME
from shopconnect.core.errors import Refusal
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.guards import SIGNED, guarded_by
from shopconnect.platforms.woocommerce import health, moves, plugin, sentences, services
from shopconnect.platforms.woocommerce.forms import ConnectForm
from shopconnect.platforms.woocommerce.services import CannotConnect
from shopconnect.shops.erasure import RETENTION
from shopconnect.shops.services import timezone_of

log = get_logger(__name__)
# What a session knows: the address that somebody without an account came with, and the approval under way.
SITE_IN_SESSION, APPROVAL_IN_SESSION = "woocommerce_site", "woocommerce_approval"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Ask for a shop's address, which the button of the plugin brings along, and look at the shop."""
    site = request.GET.get("site", "")[:500]
    if not request.user.is_authenticated:
        if site:
            request.session[SITE_IN_SESSION] = site
        return render(request, "woocommerce/account.html", {"site": site})
    request.session.pop(SITE_IN_SESSION, None)
    form = ConnectForm(request.POST or None, initial={"site": site or _known_address(request)})
    if request.method == "POST" and form.is_valid():
        shop = form.cleaned_data["site"]
        if _is_in_question(request, shop):
            return redirect("woocommerce:moved")
        try:
            request.session[APPROVAL_IN_SESSION] = {"shop": shop, "state": services.begin_approval(shop)}
        except CannotConnect as error:
            form.add_error("site", sentences.sentence_of(error.obstacle))
        else:
            return redirect("woocommerce:approve")
    return render(request, "woocommerce/connect.html", {"form": form})


@signed_in
@require_safe
def approve(request: HttpRequest) -> HttpResponse:
    """Show the way to the shop's own page, on which its merchant says yes: no form may lead to another site."""
    approval: Any = request.session.get(APPROVAL_IN_SESSION)
    if not approval:
        return redirect("woocommerce:connect")
    back, keys = (f"{settings.SITE_URL}{reverse(f'woocommerce:{name}')}" for name in ("returned", "keys"))
    url = approval_url(services.origin_of(approval["shop"]), approval["state"], back, keys)
    context = {"shop": approval["shop"], "url": url, "moves": "moves" in approval, "start": _start(approval)}
    return render(request, "woocommerce/approve.html", context)


@guarded_by(SIGNED)
@csrf_exempt
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Keep the key that a shop sends, 200 and nothing else; refused, the shop removes it again."""
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        state, tokens = read_key(request.body)
    except ConnectorError as error:
        return HttpResponse(status=error.status)
    is_kept = services.keep_key(state, tokens)
    log.info("key_came", is_kept=is_kept)
    return HttpResponse(status=200 if is_kept else 404)


@signed_in
@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """Connect the shop once its merchant is back in the browser that began, if the key opens that shop."""
    state, approval = request.GET.get("user_id", ""), request.session.get(APPROVAL_IN_SESSION)
    if not approval or approval["state"] != state:
        services.end_approval(state)  # whoever was sent there by another's link gives that one nothing
        return _no(request, sentences.NOT_OURS)
    if request.GET.get("success") != "1":
        return _end(request, sentences.DECLINED)
    if not services.is_open(state):
        return _end(request, sentences.NOT_OURS)
    try:
        page = (_finish_move if "moves" in approval else _finish_connecting)(request, approval)
    except CannotConnect as error:
        return _no(request, sentences.sentence_of(error.obstacle), approval, again=request.get_full_path())
    del request.session[APPROVAL_IN_SESSION]
    return page


@member_required(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def moved(request: MemberRequest) -> HttpResponse:
    """Ask what stands at another address that says it is this shop, and do what its owner answers."""
    address, shop = request.POST.get("address", ""), services.address_of(request.shop_id)
    if not shop:
        raise Http404
    if request.method != "POST":
        context = {"shop": shop, "addresses": moves.list_questions(request.shop_id)}
        return render(request, "woocommerce/moved.html", context)
    if request.POST.get("answer") != "moved":
        moves.call_it_a_copy(request.shop_id, request.member.user_id, address)
        messages.success(request, _("The copy at %(address)s is ignored.") % {"address": address}, "good")
    elif address in moves.list_questions(request.shop_id):
        return _begin_move(request, address)
    return redirect("woocommerce:moved")


@member_required(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def health_page(request: MemberRequest) -> HttpResponse:
    """Show how the shop fares, or have it looked at now."""
    if not services.address_of(request.shop_id):
        raise Http404
    if request.method == "POST":
        health.ask_check(request.shop_id)
        return redirect("woocommerce:health")
    zone = timezone_of(request.shop_id)
    with timezone.override(ZoneInfo(zone)):
        context = {"health": health.read_health(request.shop_id), "zone": zone}
        return render(request, "woocommerce/health.html", context)


@member_required(Role.OWNER)
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: MemberRequest) -> HttpResponse:
    """Say what ends with a shop's connection, and end it."""
    shop = services.address_of(request.shop_id)
    if not shop:
        raise Http404
    if request.method != "POST":
        return render(request, "woocommerce/disconnect.html", {"shop": shop, "days": RETENTION.days})
    services.disconnect_shop(request.shop_id, request.member.user_id)
    messages.success(request, _("%(shop)s is disconnected.") % {"shop": shop}, "good")
    return redirect("/")


@member_required()
@require_safe
def plugin_file(request: MemberRequest) -> HttpResponse:
    """Send the plugin that a merchant uploads to WordPress."""
    disposition = f'attachment; filename="{FILE_NAME}"'
    return HttpResponse(plugin.plugin_file(), "application/zip", headers={"Content-Disposition": disposition})


def go_on_connecting(request: HttpRequest) -> HttpResponse | None:
    """Have who came from the plugin without an account go on with that shop once they have one; None for others."""
    site = request.session.pop(SITE_IN_SESSION, "")
    return redirect(f"{reverse('woocommerce:connect')}?{urlencode({'site': site})}") if site else None


def _known_address(request: HttpRequest) -> str:
    """Return the address of the shop that somebody works with, so that connecting it again is one click."""
    member = chosen_member(request)
    return services.address_of(ShopId(member.shop_id)) if member else ""


def _is_in_question(request: HttpRequest, address: str) -> bool:
    """Say whether an address may be where the shop moved that somebody owns and works with."""
    member = chosen_member(request)
    return member is not None and member.role == Role.OWNER and address in moves.list_questions(ShopId(member.shop_id))


def _finish_connecting(request: HttpRequest, approval: Any) -> HttpResponse:
    was_connected = services.is_connected(approval["shop"])
    shop_id = services.connect_shop(approval["shop"], approval["state"], request.user.pk or 0)
    request.session[SHOP_IN_SESSION] = shop_id
    messages.success(request, _welcome(was_connected), "good")
    return redirect("/")


def _begin_move(request: MemberRequest, address: str) -> HttpResponse:
    """Move the shop, or have its owner approve at the new address first."""
    try:
        state = moves.begin_move(request.shop_id, request.member.user_id, address)
    except CannotConnect as error:
        messages.error(request, sentences.sentence_of(error.obstacle), "bad")
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
    else:
        if state:
            request.session[APPROVAL_IN_SESSION] = {"shop": address, "state": state, "moves": request.shop_id}
            return redirect("woocommerce:approve")
        _tell_moved(request, address)
    return redirect("woocommerce:moved")


def _finish_move(request: HttpRequest, approval: Any) -> HttpResponse:
    """Move a shop to where its owner approved, unless they own it no more, or somebody said that it is a copy."""
    shop_id, address, user_id = ShopId(approval["moves"]), approval["shop"], request.user.pk or 0
    if user_id in owners_of(shop_id) and address in moves.list_questions(shop_id):
        try:
            moves.finish_move(shop_id, user_id, address, approval["state"])
        except Refusal as refusal:
            messages.error(request, refusal.message, "bad")
        else:
            _tell_moved(request, address)
    return redirect("woocommerce:moved")


def _tell_moved(request: HttpRequest, address: str) -> None:
    messages.success(request, _("Your shop’s address is now %(address)s.") % {"address": address}, "good")


def _welcome(was_connected: bool) -> str:
    if not was_connected:
        return _("Your shop is connected. Its data is now being imported.")
    return _(
        "Your shop is connected with a new key. You can delete the older “ShopConnect” key in WooCommerce, under "
        "Settings > Advanced > REST API."
    )


def _end(request: HttpRequest, sentence: Promise | str) -> HttpResponse:
    """End the approval under way."""
    approval = request.session.pop(APPROVAL_IN_SESSION)
    services.end_approval(approval["state"])
    return _no(request, sentence, approval)


def _no(request: HttpRequest, sentence: Promise | str, approval: Any = None, again: str = "") -> HttpResponse:
    context = {"sentence": sentence, "start": _start(approval or {}), "again": again}
    return render(request, "woocommerce/not_connected.html", context, status=409)


def _start(approval: Mapping[str, Any]) -> str:
    """Return where an approval begins: a shop that moved would otherwise be connected as another one."""
    if "moves" in approval:
        return reverse("woocommerce:moved")
    return f"{reverse('woocommerce:connect')}?{urlencode({'site': approval.get('shop', '')})}"
