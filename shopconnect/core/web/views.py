"""Endpoints for those who watch the system: is it alive, is it ready, what happened."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from shopconnect.core.observability import exposition
from shopconnect.core.observability.health import find_parts, is_ready
from shopconnect.core.web.guards import PUBLIC, TOKEN, guarded_by


@guarded_by(PUBLIC)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return JsonResponse({"alive": True}, headers={"Cache-Control": "no-store"})


@guarded_by(PUBLIC)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say each part's state, with status 503 when one of them is not up."""
    parts = find_parts()
    ready = is_ready(parts)
    return JsonResponse(
        {"ready": ready, "parts": {name: part.shown() for name, part in parts.items()}},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


@guarded_by(TOKEN)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to whoever has METRICS_TOKEN; without such a setting there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition.written(), content_type=exposition.CONTENT_TYPE)
