"""Pages inside Shopify's admin. Cookies do not reach a frame there: a session token says who looks at each page.

It comes in the address of a page that is loaded, and as a bearer in what a page fetches. A page that is loaded
without one, or with one that is over, is loaded again through the page of `shopify:token`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.connectors.shopify.session_tokens import read_session
from shopconnect.connectors.shopify.signatures import find_shop_domain
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.guards import MEMBER, PUBLIC
from shopconnect.core.web.middleware import allow_pictures_from
from shopconnect.platforms.shopify import app as shopify
from shopconnect.platforms.shopify.staff import enter_staff

log = get_logger(__name__)
BEARER, AGAIN = "Bearer ", "again"
PICTURES = "https://cdn.shopify.com"
RETRY = {"X-Shopify-Retry-Invalid-Session-Request": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The shop whose admin a page stands in, and how the page speaks with it."""

    shop_id: ShopId
    shop: str
    session_id: str
    client_id: str
    bridge: str
    script: str = "shopify/embedded.js"  # a static file: it fetches the pages, with a session token


class EmbeddedPages:
    """Opens the pages of members to whoever a session token names, in that token's shop only."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponse:
        request.embedded = None
        return self.answer(request)

    def process_view(self, request: Any, view: Any, *names: Any) -> HttpResponse | None:
        """Enter the shop before the view is asked; views with other guards know nothing of session tokens.

        What is open to all stays so for whoever comes with a token that does not hold, or with one of another kind.
        """
        app, guard = shopify.find_app(), getattr(view, "guard", "")
        token, is_load = _token(request)
        if app is None or not token or guard not in (MEMBER, PUBLIC):
            return None
        try:
            session = read_session(app, token, now())
            frame(request, session.shop)
            if not session.user:
                raise ConnectorError(PLATFORM, 401, permanent=True, detail="The session token names nobody.")
            if set(request.GET.getlist("shop")) - {session.shop}:
                return HttpResponse(_("This page belongs to another shop."), status=401)
            shop_id = shopify.enter_shop(app, session, token, is_load=is_load)
            user = enter_staff(app, shop_id, session, token, _language(request.GET.get("locale", "")))
        except ConnectorError as error:
            log.info("session_token_refused", detail=error.detail, permanent=error.permanent)
            return _refused(request, error, is_load) if guard == MEMBER else None
        request.user = user
        request.embedded = Embedded(
            shop_id=shop_id,
            shop=session.shop,
            session_id=session.session_id,
            client_id=app.client_id,
            bridge=settings.SHOPIFY_APP_BRIDGE_URL,
        )
        # No browser sends a bearer by itself, and no other site can make one: there is nothing to forge with.
        request.csrf_processing_done = not is_load
        request.LANGUAGE_CODE = user.language
        translation.activate(user.language)
        return None


def ask_token(request: HttpRequest) -> HttpResponse | None:
    """Have a page that was loaded in Shopify's admin without a session token loaded again with one; None elsewhere."""
    is_framed = request.headers.get("Sec-Fetch-Dest") == "iframe" or request.GET.get("embedded") == "1"
    if shopify.find_app() is None or request.method != "GET" or not is_framed:
        return None
    return _load_again(request)


def frame(request: Any, shop: str) -> None:
    """Let a shop's admin, and nobody else, show the page in a frame."""
    shop = find_shop_domain(shop) or "*.myshopify.com"
    request.framed_by = (_origin(settings.SHOPIFY_ORIGIN.format(shop=shop)), _origin(settings.SHOPIFY_ADMIN))
    request.scripts_from = (_origin(settings.SHOPIFY_APP_BRIDGE_URL),)
    # The next pages are fetched into this one, under its policy.
    for url in (PICTURES, *request.framed_by):
        allow_pictures_from(request, url)


def _token(request: HttpRequest) -> tuple[str, bool]:
    """Return the session token, and whether it came with a page that is loaded."""
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith(BEARER):
        return bearer.removeprefix(BEARER), False
    return request.GET.get("id_token", "") if request.method == "GET" else "", True


def _refused(request: HttpRequest, error: ConnectorError, is_load: bool) -> HttpResponse:
    if not error.permanent:
        frame(request, request.GET.get("shop", ""))
        sentence = _("Shopify isn’t responding right now. Nothing is lost. Try again in a moment.")
        return render(request, "shopify/refused.html", {"sentence": sentence}, status=503)
    if not is_load:
        return HttpResponse("Unauthorized", status=401, headers=RETRY)
    return _load_again(request)


def _load_again(request: HttpRequest) -> HttpResponse:
    """Go to the page that fetches a fresh session token and comes back here; once, or we would go round for ever."""
    query = request.GET.copy()
    query.pop("id_token", None)
    if AGAIN in query:
        frame(request, query.get("shop", ""))
        sentence = _(
            "We couldn’t verify who you are. Close this page and open ShopConnect from your shop’s admin again."
        )
        return render(request, "shopify/refused.html", {"sentence": sentence}, status=401)
    query[AGAIN] = "1"
    wanted = f"{request.path}?{query.urlencode()}"
    query["shopify-reload"] = wanted
    return redirect(f"{reverse('shopify:token')}?{query.urlencode()}")


def _language(locale: str) -> str:
    language = locale[:2].lower()
    return language if language in dict(settings.LANGUAGES) else "en"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
