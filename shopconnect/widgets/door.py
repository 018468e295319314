"""The one door of every shopper-facing endpoint: method, origin, rate, size, JSON, language, errors as sentences.

It reads no cookie, hence it needs no CSRF token, and asks no database: shops come from memory, limits from Redis.
"""

import json
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from shopconnect.core.crypto import keyed_hash
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.log import get_logger
from shopconnect.core.memory import NotRemembered
from shopconnect.widgets import limits
from shopconnect.widgets.registry import find_endpoint
from shopconnect.widgets.services import fronts
from shopconnect.widgets.types import LANGUAGES, Ask, Endpoint, Reply, ShopFront

log = get_logger(__name__)

MOST_BYTES, PREFLIGHT_SECONDS, RETRY_SECONDS = 16_384, 7200, 5


def answer(request: HttpRequest, public_key: str, name: str) -> HttpResponse:
    """Answer a shopper's device: the endpoint's reply, or why not, in the shopper's language."""
    origin = request.headers.get("origin", "")
    with translation.override(_language(request, None, {})):
        try:
            front = _front(public_key)
            endpoint = find_endpoint(name)
            if endpoint is None:
                raise Missing(_("There is nothing at this address."))
            _check_origin(request, front, origin)
            response = _preflight(endpoint) if request.method == "OPTIONS" else _called(request, front, name, endpoint)
        except Refusal as refusal:
            response = refuse(refusal)
    if origin and getattr(response, "status_code", 0) not in (403, 404):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    patch_vary_headers(response, ["Origin"])
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def refuse(refusal: Refusal) -> JsonResponse:
    """Turn a refusal into its answer."""
    response = JsonResponse({"error": {"code": refusal.code, "message": refusal.message}}, status=refusal.status)
    if isinstance(refusal, _Later):
        response["Retry-After"] = str(refusal.seconds)
    response["Cache-Control"] = "no-store"
    return response


class _Later(Refusal):
    """A refusal that ends by itself after some seconds."""

    def __init__(self, code: str, message: str, status: int, seconds: int) -> None:
        super().__init__(code, message, status)
        self.seconds = seconds


def _front(public_key: str) -> ShopFront:
    try:
        front = fronts.get(public_key)
    except NotRemembered as error:
        raise _away() from error
    if front is None:
        raise Missing(_("No shop has this key."), "unknown_key")
    return front


def _away() -> _Later:
    return _Later("away", _("We cannot answer right now. Please try again in a moment."), 503, RETRY_SECONDS)


def _check_origin(request: HttpRequest, front: ShopFront, origin: str) -> None:
    if origin:
        allowed = is_allowed(origin, front) or (settings.DEMO and _parts(origin).netloc == request.get_host())
    else:  # browsers leave Origin out on requests to one's own site only, and on embeds, which say cross-site
        allowed = request.method == "GET" and request.headers.get("sec-fetch-site", "none") != "cross-site"
    if not allowed:
        raise Refusal("origin", _("This site may not show this shop's widgets."), 403)


def is_allowed(origin: str, front: ShopFront) -> bool:
    """Say whether a page of this origin may carry the shop's widgets: its host, with or without port, is the shop's."""
    parts = _parts(origin)
    return parts.scheme in ("http", "https") and bool({parts.netloc.lower(), parts.hostname or ""} & front.hosts)


def _parts(origin: str) -> SplitResult:
    try:
        return urlsplit(origin)
    except ValueError:  # "http://[" begins an address that never ends
        return urlsplit("")


def _preflight(endpoint: Endpoint) -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": ", ".join(endpoint.methods),
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        },
    )


def _called(request: HttpRequest, front: ShopFront, name: str, endpoint: Endpoint) -> HttpResponse:
    if request.method not in endpoint.methods:
        raise Refusal("method", _("This address is not used that way."), 405)
    caller = keyed_hash(f"caller:{household(network_address(request))}")
    wait = limits.seconds_to_wait(front.shop_id, name, caller, endpoint.rate)
    if wait:
        raise _Later("too_many", _("That was a lot at once. Please try again in a moment."), 429, wait)
    body = _body(request)
    language = _language(request, front, body)
    ask = Ask(
        shop_id=front.shop_id, method=request.method, language=language, query=request.GET.dict(), body=body,
        caller=caller,
    )  # fmt: skip
    with translation.override(language):
        return _view_answer(endpoint, ask, name)


def _view_answer(endpoint: Endpoint, ask: Ask, name: str) -> HttpResponse:
    try:
        reply = endpoint.view(ask)
    except Refusal as refusal:
        return refuse(refusal)
    except (OperationalError, InterfaceError) as error:
        log.warning("widget_away", endpoint=name, shop_id=ask.shop_id, error=type(error).__name__)
        return refuse(_away())
    except Exception:
        log.exception("widget_failed", endpoint=name, shop_id=ask.shop_id)
        return refuse(Refusal("failed", _("Something went wrong on our side. Please try again in a moment."), 500))
    if not isinstance(reply, Reply):
        reply = Reply(reply)
    response = JsonResponse(reply.body, status=reply.status, headers=dict(reply.headers))
    kept = f"public, max-age={reply.keep_seconds}" if reply.keep_seconds else "no-store"
    response["Cache-Control"] = kept
    response["Content-Language"] = ask.language
    return response


def _body(request: HttpRequest) -> Mapping[str, Any]:
    if request.method != "POST":
        return {}
    if request.content_type != "application/json":
        raise Refusal("not_json", _("Send JSON."), 415)
    try:
        body = json.loads(_bounded(request))
    except (ValueError, RecursionError) as error:
        raise Refusal("not_json", _("Send JSON."), 400) from error
    if not isinstance(body, dict):
        raise Refusal("not_json", _("Send JSON."), 400)
    return body


def _bounded(request: HttpRequest) -> bytes:
    try:
        size = int(request.headers.get("content-length") or 0)
        raw = b"" if size > MOST_BYTES else request.read(MOST_BYTES + 1)
    except (ValueError, UnreadablePostError, RawPostDataException) as error:
        raise Refusal("unreadable", _("The message did not arrive whole."), 400) from error
    if max(size, len(raw)) > MOST_BYTES:
        raise Refusal("too_large", _("That is too long."), 413)
    return bytes(raw)


def _language(request: HttpRequest, front: ShopFront | None, body: Mapping[str, Any]) -> str:
    """The page's language, else the shop's, else the browser's: the page knows best what its shopper reads."""
    asked = str(body.get("lang") or request.GET.get("lang") or "")[:2].lower()
    if asked in LANGUAGES:
        return asked
    if front is not None:
        return front.default_language
    accepted = request.headers.get("accept-language", "")[:2].lower()
    return accepted if accepted in LANGUAGES else LANGUAGES[0]


def network_address(request: HttpRequest) -> str:
    """Return the caller's address; behind a proxy, the one that our own proxy saw."""
    forwarded = request.headers.get("x-forwarded-for", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def household(address: str) -> str:
    """Return what limits count by: an address, or of IPv6 its first half, for whoever has one there has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))
