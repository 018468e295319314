"""The view of every platform's webhooks: what is signed is stored, and answered before anything comes of it."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopconnect.connectors.base import RawWebhook
from shopconnect.connectors.registry import find_descriptor, find_platform
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.observability.log import get_logger
from shopconnect.core.web.guards import SIGNED, guarded_by
from shopconnect.sync.inbox import receive_webhook

log = get_logger(__name__)

MOST_CHARACTERS = 255
MOST_BYTES = 2_000_000  # the platforms are told to send ids only; a whole product with all its variants is smaller


@guarded_by(SIGNED)
@csrf_exempt
@require_POST
def webhook(request: HttpRequest, platform: str, shop: str = "") -> HttpResponse:
    """Store a webhook: 200 once it is kept or is none of ours, 401 where its signature does not hold.

    While the database is away the answer is 503, so that the platform sends it again. One that never does, and switches
    off what fails too often, is told 200 all the same: reconciliation mends what was lost.
    """
    found = find_platform(platform)
    if found is None:
        return HttpResponseNotFound()
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        receive_webhook(found, RawWebhook(headers=headers, body=request.body, shop=shop[:MOST_CHARACTERS]))
    except UnreadablePostError:
        return HttpResponse(status=400)
    except (OperationalError, InterfaceError) as error:
        if find_descriptor(platform).retries_webhooks:
            raise
        log.error("webhook_lost", platform=platform, error=type(error).__name__)
    except ConnectorError as error:
        log.info("webhook_refused", platform=platform, status=error.status, detail=error.detail)
        return HttpResponse(status=error.status or 400)
    return HttpResponse()
