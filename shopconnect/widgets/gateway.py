"""The gateway of every shopper-facing endpoint: method, origin, rate, size, body, language, errors as sentences.

It reads no cookie, hence it needs no CSRF token, and asks no database: shops and limits come from memory.
A page reaches it straight, as one that the shop's hosts allow, or through the shop's platform, whose signature says
which shop it is and who is signed in there; straight, the shop's own server signs who that is. What says something of
a person stands in a body: addresses stay in the logs of whoever hands them on.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from shopconnect.billing.types import Meter
from shopconnect.core.cache.memory import Memory, NotRemembered
from shopconnect.core.cache.redis import RedisError
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.observability.log import get_logger
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.web.client_ip import client_ip, client_network
from shopconnect.widgets import counts, limits
from shopconnect.widgets.non_shoppers import find_non_shopper, is_signed_staff
from shopconnect.widgets.registry import find_endpoint
from shopconnect.widgets.services import fronts
from shopconnect.widgets.signing import signed_customer
from shopconnect.widgets.types import (
    MOST_BYTES,
    Endpoint,
    NonShopper,
    ShopFront,
    SignedVisit,
    WidgetRequest,
    WidgetResponse,
)
from shopconnect.widgets.visitors import network_mark, signed_visitor
from shopconnect.widgets.visits import note_visit

log = get_logger(__name__)

MOST_BEACON_BYTES, PREFLIGHT_SECONDS, RETRY_SECONDS = 65_536, 7200, 5
MOST_FIELDS = 50
MOST_COUNTED = 100  # calls of one address in a day that count anywhere
MOST_WEIGHED = 20  # and that say anything of which share of the visits agreed
_JSON, _FORM, _TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"


def answer(request: HttpRequest, public_key: str, name: str) -> HttpResponse:
    """Answer a shopper's device: the endpoint's reply, or why not, in the shopper's language."""
    origin, query = request.headers.get("origin", ""), _query(request)
    with translation.override(_language(request, None, query)):
        try:
            front, endpoint = remembered_front(fronts, public_key), _endpoint(name)
            _check_origin(request, front, endpoint, origin)
            response = (
                _preflight(endpoint) if request.method == "OPTIONS" else _called(request, front, name, endpoint, query)
            )
        except Refusal as refusal:
            response = refuse(refusal)
    if origin and getattr(response, "status_code", 0) not in (403, 404):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    patch_vary_headers(response, ["Origin"])
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def answer_signed(request: HttpRequest, front: ShopFront, name: str, visit: SignedVisit) -> HttpResponse:
    """Answer a call that came through the shop's platform, from a page of the shop's own site.

    The platform lets the pages of other sites call too, in the name of whoever is signed in; browsers say so. Such a
    page tells us nothing, and is told what anybody is.
    """
    is_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    visit = replace(visit, customer="") if is_elsewhere else visit
    with translation.override(_language(request, front, visit.query)):
        try:
            if request.method == "POST" and is_elsewhere:
                raise _other_site()
            response = _called(request, front, name, _endpoint(name), visit.query, visit)
        except Refusal as refusal:
            response = refuse(refusal)
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


def remembered_front(memory: Memory[ShopFront | None], key: str) -> ShopFront:
    """Return a shop by its key in one of the memories; raises Refusal where there is none, or nobody knows now."""
    try:
        front = memory.get(key)
    except NotRemembered as error:
        raise _away() from error
    if front is None:
        raise Missing(_("No shop has this key."), "unknown_key")
    return front


def _endpoint(name: str) -> Endpoint:
    endpoint = find_endpoint(name)
    if endpoint is None:
        raise Missing(_("There’s nothing at this address."))
    return endpoint


def _away() -> _Later:
    return _Later("away", _("We can’t answer right now. Try again in a moment."), 503, RETRY_SECONDS)


def _check_origin(request: HttpRequest, front: ShopFront, endpoint: Endpoint, origin: str) -> None:
    if origin == "null" and endpoint.is_beacon:  # a web pixel's sandbox; it can read nothing, and only tells
        allowed = True
    elif origin:
        allowed = is_allowed(origin, front) or (settings.DEMO and _parts(origin).netloc == request.get_host())
    else:  # browsers leave Origin out on requests to one's own site only, and on embeds, which say cross-site
        allowed = request.method == "GET" and request.headers.get("sec-fetch-site", "none") != "cross-site"
    if not allowed:
        raise _other_site()


def _other_site() -> Refusal:
    return Refusal("origin", _("This site isn’t allowed to show this shop’s widgets."), 403)


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


def _called(
    request: HttpRequest,
    front: ShopFront,
    name: str,
    endpoint: Endpoint,
    query: Mapping[str, str],
    visit: SignedVisit | None = None,
) -> HttpResponse:
    """Answer a call that came straight, or with what the shop's platform signed of the visit."""
    if request.method not in endpoint.methods:
        raise Refusal("method", _("This method isn’t allowed for this address."), 405)
    _check_query(query, endpoint)
    body = _body(request, endpoint)
    caller = keyed_hash(f"caller:{client_network(visit.address if visit else client_ip(request))}")
    reason = str((body or query).get("apart", ""))
    is_staff = is_signed_staff(front.shop_id, front.staff_series, reason)
    non_shopper = find_non_shopper(request.headers.get("user-agent", ""), NonShopper.STAFF if is_staff else reason)
    wants_privacy = request.headers.get("sec-gpc") == "1"
    # Whoever only says that they are staff gains nothing by it.
    meter = None if is_staff or non_shopper == NonShopper.ROBOT else endpoint.meter
    has_agreed = body.get("consent") == "granted" and not (non_shopper or wants_privacy)
    # Who chooses is named too: a no lets go of what is kept of them.
    is_named = has_agreed or "choice" in body or endpoint.serves_account
    customer = _customer(front, visit, body) if is_named else ""
    recall = endpoint.recalls(front.shop_id, customer) if customer and endpoint.recalls else ""
    counted = limits.count_call(front.shop_id, name, caller, endpoint.rate, meter, recall)
    if counted.wait:
        raise _Later("too_many", _("Too many requests at once. Try again in a moment."), 429, counted.wait)
    language = _language(request, front, query, body)
    widget_request = WidgetRequest(
        shop_id=front.shop_id,
        method=request.method,
        language=language,
        caller=caller,
        public_key=front.public_key,
        calls_today=counted.today,
        visitor=signed_visitor(front.shop_id, str(body.get("visitor", ""))),
        query={} if request.method == "POST" else query,
        body=body,
        customer=customer,
        recalled=counted.recalled,
        non_shopper=non_shopper,
        wants_privacy=wants_privacy,
        is_over_plan=front.is_over_plan(meter, counted.used + 1),
    )
    translation.activate(language)  # until the caller's own override ends
    return _view_answer(endpoint, widget_request, name, meter)


def _customer(front: ShopFront, visit: SignedVisit | None, body: Mapping[str, Any]) -> str:
    return visit.customer if visit else signed_customer(front.public_key, str(body.get("customer", "")))


def _view_answer(endpoint: Endpoint, request: WidgetRequest, name: str, meter: Meter | None) -> HttpResponse:
    try:
        reply = endpoint.view(request)
    except Refusal as refusal:
        return refuse(refusal)
    except (OperationalError, InterfaceError, RedisError) as error:
        log.warning("widget_away", endpoint=name, shop_id=request.shop_id, error=type(error).__name__)
        _note(endpoint, request, "errors")
        return refuse(_away())
    except Exception:
        log.exception("widget_failed", endpoint=name, shop_id=request.shop_id)
        _note(endpoint, request, "errors")
        return refuse(Refusal("failed", _("Something went wrong on our side. Try again in a moment."), 500))
    if not isinstance(reply, WidgetResponse):
        reply = WidgetResponse(reply)
    _note(endpoint, request, "empties" if reply.is_empty and not reply.may_be_empty else "", reply.label)
    if meter and reply.status < 400 and not reply.is_empty:  # noqa: PLR2004
        note_visit(request.shop_id, meter, request.caller)
    response = _response(reply)
    cache_control = (
        f"public, max-age={reply.keep_seconds}" if reply.keep_seconds and not request.non_shopper else "no-store"
    )
    response["Cache-Control"] = cache_control
    response["Content-Language"] = request.language
    return response


def _response(reply: WidgetResponse) -> HttpResponse:
    headers = dict(reply.headers)
    if reply.status == 204:
        return HttpResponse(status=204, headers=headers)
    if isinstance(reply.body, bytes):
        return HttpResponse(reply.body, status=reply.status, headers=headers, content_type="application/json")
    return JsonResponse(reply.body, status=reply.status, headers=headers)


def _note(endpoint: Endpoint, request: WidgetRequest, trouble: str, label: str | None = None) -> None:
    """Count a call where its endpoint says under which label, and whether it was empty or failed, by hour and network.

    One address is counted so often in a day and no more.
    """
    if request.calls_today > MOST_COUNTED:
        return
    if label is None and endpoint.label:
        label = endpoint.label(request)
    if not label:
        return
    counts.note(request.shop_id, label, "requests")
    if request.calls_today > MOST_WEIGHED:
        counts.note(request.shop_id, label, "excess")
    if trouble and _is_of_shop(endpoint, request):
        counts.note(request.shop_id, label, f"{trouble}@{now().hour}@{network_mark(request.shop_id, request.caller)}")


def _is_of_shop(endpoint: Endpoint, request: WidgetRequest) -> bool:
    try:
        return endpoint.is_of_shop is None or endpoint.is_of_shop(request)
    except Exception:  # what fails here fails whatever is named
        log.exception("widget_failed", shop_id=request.shop_id)
        return True


def _query(request: HttpRequest) -> Mapping[str, str]:
    """Return what stands in an address; `request.GET` takes three times as long for it."""
    return dict(parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True))


def _check_query(query: Mapping[str, str], endpoint: Endpoint) -> None:
    """Raise Refusal where an address holds very much, or says something of a person."""
    if len(query) > MOST_FIELDS:
        raise Refusal("too_large", _("This is too long."), 413)
    if private := endpoint.private & query.keys():
        sentence = _("Send these in the body of a POST request, because addresses are kept in logs: %(names)s.")
        raise Refusal("private", sentence % {"names": ", ".join(sorted(private))}, 400)


def _body(request: HttpRequest, endpoint: Endpoint) -> Mapping[str, Any]:
    if request.method != "POST":
        return {}
    return _form(request) if endpoint.is_form else _json(request, endpoint)


def _form(request: HttpRequest) -> Mapping[str, str]:
    if request.content_type != _FORM:
        raise Refusal("not_form", _("Send form fields."), 415)
    try:
        return dict(parse_qsl(_bounded(request, MOST_BYTES).decode(), max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Refusal("not_form", _("Send form fields."), 400) from error


def _json(request: HttpRequest, endpoint: Endpoint) -> Mapping[str, Any]:
    if request.content_type not in ((_JSON, _TEXT) if endpoint.is_beacon else (_JSON,)):
        raise Refusal("not_json", _("Send JSON."), 415)
    try:
        raw = _bounded(request, MOST_BEACON_BYTES if endpoint.is_beacon else endpoint.most_bytes)
        body = json.loads(raw)
        if b"\\ud" in raw.lower():  # perhaps half a character, which a cut text may end with and no table can hold
            body = json.loads(json.dumps(body, ensure_ascii=False).encode(errors="ignore"))
    except (ValueError, RecursionError) as error:
        raise Refusal("not_json", _("Send JSON."), 400) from error
    if not isinstance(body, dict):
        raise Refusal("not_json", _("Send JSON."), 400)
    return body


def _bounded(request: HttpRequest, most: int) -> bytes:
    try:
        size = int(request.headers.get("content-length") or 0)
        raw = b"" if size > most else request.read(most + 1)
    except (ValueError, UnreadablePostError, RawPostDataException) as error:
        raise Refusal("unreadable", _("The message is incomplete."), 400) from error
    if max(size, len(raw)) > most:
        raise Refusal("too_large", _("This is too long."), 413)
    return bytes(raw)


def _language(
    request: HttpRequest,
    front: ShopFront | None,
    query: Mapping[str, str],
    body: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The page's language, else the shop's, else the browser's: the page knows best what its shopper reads."""
    text = str(body.get("lang") or query.get("lang") or "")[:2].lower()
    if text in LANGUAGES:
        return text
    if front is not None:
        return front.default_language
    accepted = request.headers.get("accept-language", "")[:2].lower()
    return accepted if accepted in LANGUAGES else LANGUAGES[0]
