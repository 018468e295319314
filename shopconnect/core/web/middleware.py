"""What every answer carries (a strict content security policy), and what people see where we cannot answer."""

import re
import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from shopconnect.core.errors import Busy
from shopconnect.core.web.guards import MEMBER, OPERATOR, PUBLIC
from shopconnect.core.web.types import GetResponse

RETRY_SECONDS, BUSY_SECONDS = 15, 3


# The demo's pictures may come from a platform that runs on this machine.
PICTURES_NEAR = " http://127.0.0.1:*" if settings.DEMO else ""
SERVER = "ShopConnect"  # in place of the name of what serves us
REPORTS = "/csp-reports"
_ORIGIN = re.compile(r"https://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?(?=/)")


def content_security_policy(answer: GetResponse) -> GetResponse:
    """Put a policy on each page: own files only, no script or style within a page, no frames around it.

    A view whose page stands in somebody's frame names them in `request.framed_by`, and in `request.scripts_from` whose
    scripts it needs there; in `request.forms_to` whom the answer to a form leads to. Pictures come from here and from
    where `allow_pictures_from` says.
    """

    def with_policy(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if "Content-Security-Policy" not in response:
            framed_by = " ".join(getattr(request, "framed_by", ()))
            ancestors = framed_by or "'none'"
            helpers = "".join(f" {origin}" for origin in getattr(request, "scripts_from", ()))
            forms = "".join(f" {origin}" for origin in getattr(request, "forms_to", ()))
            pictures = "".join(f" {origin}" for origin in sorted(getattr(request, "pictures_from", ())))
            response["Content-Security-Policy"] = (
                f"default-src 'self'{helpers}; script-src 'self'{helpers}; style-src 'self'; "
                f"img-src 'self' data:{pictures}{PICTURES_NEAR}; "
                f"object-src 'none'; base-uri 'none'; form-action 'self'{forms}; report-uri {REPORTS}; "
                f"frame-ancestors {ancestors}"
            )
        if getattr(request, "framed_by", ()):  # the older header knows no list of origins, and would say no to all
            del response["X-Frame-Options"]
        else:
            response.setdefault("X-Frame-Options", "DENY")
        response["Server"] = SERVER
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        return response

    return with_policy


def allow_pictures_from(request: Any, url: str) -> None:
    """Let the page that is being written show pictures from the host of an https address."""
    if origin := _ORIGIN.match(f"{url.lower()}/"):
        request.pictures_from = {*getattr(request, "pictures_from", ()), origin[0]}


def back_to_page(answer: GetResponse) -> GetResponse:
    """Lead whoever opens or reloads the address to which a page's form is sent to the page above it."""

    def led_back(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        found = request.resolver_match
        is_page = found is not None and getattr(found.func, "guard", "") in (MEMBER, OPERATOR, PUBLIC)
        is_read = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_page and is_read:
            return HttpResponseRedirect(_page_above(request.path))
        return response

    return led_back


def _page_above(path: str) -> str:
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if is_valid_path(above) else _page_above(above)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong; Django calls it in its except: 503 where trying again helps, else 500."""
    code, seconds, sentence = _explain(sys.exc_info()[1])
    is_busy, status = code == "busy", 503 if seconds else 500
    if "text/html" in request.headers.get("accept", ""):
        context = {"sentence": sentence, "reload_seconds": seconds if is_busy else 0, "again": _page_again(request)}
        page = render_to_string("outage.html", context)
        response: HttpResponse = HttpResponse(page, status=status)
        if is_busy:
            response["Refresh"] = str(seconds)
    else:
        response = JsonResponse({"error": {"code": code, "message": sentence}}, status=status)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without the mark that its page gave it (CSRF_FAILURE_VIEW); nothing was changed."""
    sentence = _(
        "For your security, nothing was saved: the page had been open too long, or your browser blocks cookies. "
        "Reload the page, then send the form again."
    )
    return _refused(request, "form_expired", _("This form has expired"), sentence, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses to read: too many fields, a body too large, a name that is none."""
    sentence = _("The request was too large or contained something we can’t read. Nothing was saved.")
    return _refused(request, "bad_request", _("We couldn’t read this request"), sentence, 400)


def _refused(request: HttpRequest, code: str, heading: str, sentence: str, status: int) -> HttpResponse:
    if "text/html" not in request.headers.get("accept", ""):
        return JsonResponse({"error": {"code": code, "message": sentence}, "message": sentence}, status=status)
    context = {"heading": heading, "sentence": sentence, "again": _page_again(request)}
    return HttpResponse(render_to_string("outage.html", context), status=status)


def _page_again(request: HttpRequest) -> str:
    """Return the address to try again: this one, or that of the page whose form was sent; never one of another site."""
    sent_from = urlsplit(request.headers.get("referer", ""))
    asked = request.get_full_path() if request.method in ("GET", "HEAD") else urlunsplit(("", "", *sent_from[2:4], ""))
    return "/" + asked.lstrip("/\\")


def _explain(error: BaseException | None) -> tuple[str, int, str]:
    """Return what is wrong, for programs and for people, and in how many seconds to try again: 0 where none help."""
    if isinstance(error, Busy):
        sentence = _("This is already being done somewhere else. The page will try again in a few seconds.")
        return "busy", BUSY_SECONDS, sentence
    if isinstance(error, OperationalError | InterfaceError):
        sentence = _("We can’t reach the database right now. Nothing is lost. Try again in a moment.")
        return "database_away", RETRY_SECONDS, sentence
    sentence = _("Something went wrong on our side, and we’ve recorded it. Try again in a moment.")
    return "server_error", 0, sentence
