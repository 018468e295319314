"""What every answer carries (a strict content security policy), and what people see while the database is away."""

import secrets
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

Answer = Callable[[HttpRequest], HttpResponse]
RETRY_SECONDS = 15


# The demo's pictures may come from a platform that runs on this machine.
PICTURES_NEAR = " http://127.0.0.1:*" if settings.DEMO else ""


def content_security_policy(answer: Answer) -> Answer:
    """Put a policy on each page: own files only, scripts and styles by nonce, no frames around it.

    A view whose page stands in somebody's frame names them in `request.framed_by`, and in `request.scripts_from` whose
    scripts it needs there.
    """

    def with_policy(request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = answer(request)
        if "Content-Security-Policy" not in response:
            nonce = f"'nonce-{request.csp_nonce}'"  # type: ignore[attr-defined]
            framed_by = " ".join(getattr(request, "framed_by", ()))
            ancestors = framed_by or "'none'"
            helpers = "".join(f" {origin}" for origin in getattr(request, "scripts_from", ()))
            response["Content-Security-Policy"] = (
                f"default-src 'self'{helpers}; script-src 'self' {nonce}{helpers}; style-src 'self' {nonce}; "
                f"img-src 'self' data: https:{PICTURES_NEAR}; "
                f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
            )
            if framed_by:  # the older header knows no list of origins, and would say no to all
                del response["X-Frame-Options"]
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        return response

    return with_policy


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong: 503 with a sentence while PostgreSQL is away, else 500; Django calls it in its except."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if away:
        sentence = _("The database cannot be reached right now. Nothing is lost. Please try again in a moment.")
    else:
        sentence = _("Something went wrong on our side. It has been noted. Please try again in a moment.")
    if "text/html" in request.headers.get("accept", ""):
        page = render_to_string("outage.html", {"sentence": sentence})
        response: HttpResponse = HttpResponse(page, status=503 if away else 500)
    else:
        code = "database_away" if away else "server_error"
        response = JsonResponse({"error": {"code": code, "message": sentence}}, status=503 if away else 500)
    if away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
