"""Endpoints for those who watch the system: is it alive, is it ready, what happened."""

import hmac
import json
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shopconnect.core.clock import now, write_time
from shopconnect.core.observability import exposition
from shopconnect.core.observability.health import find_parts, is_ready
from shopconnect.core.observability.metrics import count_csp_report
from shopconnect.core.rest.limits import take_turn
from shopconnect.core.web.client_ip import client_ip, client_network
from shopconnect.core.web.guards import PUBLIC, TOKEN, guarded_by

SECURITY_TXT_HOLDS = timedelta(days=180)
REPORTS_A_MINUTE, MOST_REPORT_BYTES = 20, 20_000
DIRECTIVES = frozenset(
    f"{kind}-src{part}"
    for kind in ("default", "script", "style", "img", "connect", "font", "frame", "media", "object", "worker")
    for part in ("", "-elem", "-attr")
) | {"base-uri", "form-action", "frame-ancestors"}


@guarded_by(PUBLIC)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return JsonResponse({"alive": True}, headers={"Cache-Control": "no-store"})


@guarded_by(PUBLIC)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say each part's state, with status 503 when one of them is not up; counts only to who has METRICS_TOKEN."""
    parts, tells_all = find_parts(), _holds_token(request)
    ready = is_ready(parts)
    shown = {name: part.shown() if tells_all else {"state": part.state} for name, part in parts.items()}
    return JsonResponse(
        {"ready": ready, "parts": shown}, status=200 if ready else 503, headers={"Cache-Control": "no-store"}
    )


@guarded_by(TOKEN)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to whoever has METRICS_TOKEN; without such a setting there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _holds_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition.written(), content_type=exposition.CONTENT_TYPE)


@guarded_by(PUBLIC)
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); without SECURITY_CONTACT there is no such page."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {write_time(now() + SECURITY_TXT_HOLDS)}",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{request.path}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@guarded_by(PUBLIC)
@csrf_exempt
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """Count what browsers refused to load for a page, by the rule that refused it; REPORTS_A_MINUTE of a network."""
    if not take_turn(f"csp:{client_network(client_ip(request))}", REPORTS_A_MINUTE).is_allowed:
        return HttpResponse(status=429)
    count_csp_report(_refusing_directive(request.body[:MOST_REPORT_BYTES]))
    return HttpResponse(status=204)


def _refusing_directive(body: bytes) -> str:
    """Return the rule that a report names, "other" where it names none of ours."""
    try:
        report = json.loads(body)["csp-report"]
        named = report.get("effective-directive") or report["violated-directive"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "other"
    return named if named in DIRECTIVES else "other"


def _holds_token(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode())
