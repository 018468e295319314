"""Views that Shopify's admin leads to. The merchant's home there is the dashboard's own, at /shopify/."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shopconnect.accounts import members
from shopconnect.accounts.access import SHOP_IN_SESSION
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.signatures import find_shop_domain, is_signed_query
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now, read_time, write_time
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.guards import PUBLIC, SIGNED, guarded_by
from shopconnect.platforms.shopify import app as shopify
from shopconnect.platforms.shopify.embedded import frame

log = get_logger(__name__)
STATE_COOKIE, JOINING_IN_SESSION, JOINING_LASTS = "shopconnect_install", "joining", timedelta(hours=1)
BOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|facebookexternalhit", re.IGNORECASE)


@guarded_by(PUBLIC)
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """Load App Bridge and nothing else: it fetches a session token, and loads the page that is wanted with it."""
    app = _app()
    if not url_has_allowed_host_and_scheme(request.GET.get("shopify-reload", ""), allowed_hosts=None):
        raise Http404
    frame(request, request.GET.get("shop", ""))
    return render(request, "shopify/token.html", {"app": app, "bridge": settings.SHOPIFY_APP_BRIDGE_URL})


@guarded_by(PUBLIC)
@require_GET
def deeper(request: HttpRequest, page: str) -> HttpResponse:
    """Go to a page of ours that Shopify's admin remembers below the address of the app."""
    _app()
    wanted = f"/{page}?{request.GET.urlencode()}"
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        raise Http404
    return redirect(wanted)


@guarded_by(SIGNED)
@require_GET
def install(request: HttpRequest) -> HttpResponse:
    """Begin an install outside Shopify's admin, where Shopify sent the merchant; nobody types a shop's address."""
    app, shop = _app(), _signed_shop(request)
    if not shop:
        return _no(request, _("Install ShopConnect from the Shopify App Store or from your Shopify admin."), 400)
    if BOTS.search(request.headers.get("User-Agent", "")):
        return HttpResponse(status=410)
    back = f"{settings.SITE_URL}{reverse('shopify:callback')}"
    state, cookie = oauth.make_state(app, shop, now())
    response = redirect(oauth.authorize_url(app, shop, shopify.wanted_scopes(), back, state))
    response.set_cookie(
        STATE_COOKIE,
        cookie,
        max_age=oauth.STATE_SECONDS,
        path=reverse("shopify:callback"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@guarded_by(SIGNED)
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """End an install outside Shopify's admin: the merchant agreed there, and goes on to an account of ours."""
    response = _installed(request, _app())
    response.delete_cookie(STATE_COOKIE, path=reverse("shopify:callback"), samesite="Lax")  # a state serves once
    return response


@guarded_by(PUBLIC)
def join(request: HttpRequest) -> HttpResponse:
    """Make whoever just installed the app in this browser a member of the shop, with the account they choose."""
    shop_id = _joining(request)
    if shop_id is None:
        request.session.pop(JOINING_IN_SESSION, None)
        return _no(request, _("This took too long. Open ShopConnect from your shop’s admin again."), 404)
    if request.method == "POST" and request.user.is_authenticated:
        del request.session[JOINING_IN_SESSION]
        members.join_installer(shop_id, request.user.pk or 0)
        request.session[SHOP_IN_SESSION] = shop_id
        messages.success(request, _("Welcome. You now have access to this shop."), "good")
        return redirect("/")
    return render(request, "shopify/join.html", {"shop": members.name_of_shop(shop_id)})


def go_on_joining(request: HttpRequest) -> HttpResponse | None:
    """Have who has just installed the app in this browser, and works with no shop yet, go on there; None for others."""
    return redirect("shopify:join") if request.session.get(JOINING_IN_SESSION) else None


def _app() -> App:
    app = shopify.find_app()
    if app is None:
        raise Http404
    return app


def _signed_shop(request: HttpRequest) -> str:
    """Return the shop of a query that Shopify signed, or ""."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    return find_shop_domain(request.GET.get("shop", "")) if is_signed_query(_app(), pairs, now()) else ""


def _installed(request: HttpRequest, app: App) -> HttpResponse:
    shop = _signed_shop(request)
    cookie = request.COOKIES.get(STATE_COOKIE, "")
    if not shop or not oauth.is_our_state(app, shop, request.GET.get("state", ""), cookie, now()):
        return _no(request, _("This installation wasn’t started here or took too long. Start again from Shopify."), 403)
    try:
        shop_id = shopify.enter_with_code(app, shop, request.GET.get("code", ""))
    except ConnectorError as error:
        log.info("install_refused", detail=error.detail, permanent=error.permanent)
        if error.permanent:
            return _no(
                request, _("This installation wasn’t started here or took too long. Start again from Shopify."), 403
            )
        return _no(request, _("Shopify isn’t responding right now. Nothing is lost. Try again in a moment."), 503)
    until = write_time(now() + JOINING_LASTS)
    request.session[JOINING_IN_SESSION] = {"shop": shop_id, "until": until, "page": "shopify:join"}
    return redirect("shopify:join")


def _joining(request: HttpRequest) -> ShopId | None:
    joining: Any = request.session.get(JOINING_IN_SESSION)
    return ShopId(joining["shop"]) if joining and read_time(joining["until"]) > now() else None


def _no(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "shopify/refused.html", {"sentence": sentence}, status=status)
