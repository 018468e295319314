"""Views of the sync room: every platform's webhooks, what came in, and the pictures that came with it."""

from django.db import InterfaceError, OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.connectors.base import RawWebhook
from shopconnect.connectors.registry import find_descriptor, find_platform, list_descriptors
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.errors import Missing
from shopconnect.core.observability.log import get_logger
from shopconnect.core.web.csv_files import csv_response, dated_name
from shopconnect.core.web.guards import SIGNED, guarded_by
from shopconnect.shops.services import timezone_of
from shopconnect.sync import services
from shopconnect.sync.folders import pictures
from shopconnect.sync.folders.problem_files import problem_rows
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
    off what fails too often, is told 200 all the same, also of what is too large: reconciliation mends what was lost.
    """
    found = find_platform(platform)
    if found is None:
        return HttpResponseNotFound()
    retries = find_descriptor(platform).retries_webhooks
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > MOST_BYTES:
        return _lost(platform, "too large") if size.isdecimal() and not retries else HttpResponse(status=413)
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        receive_webhook(found, RawWebhook(headers=headers, body=request.body, shop=shop[:MOST_CHARACTERS]))
    except UnreadablePostError:
        return HttpResponse(status=400)
    except (OperationalError, InterfaceError) as error:
        if retries:
            raise
        return _lost(platform, type(error).__name__)
    except ConnectorError as error:
        log.info("webhook_refused", platform=platform, status=error.status, detail=error.detail)
        return HttpResponse(status=error.status or 400)
    return HttpResponse()


def _lost(platform: str, reason: str) -> HttpResponse:
    """Answer yes to a webhook that is not kept, where a no would have the platform send none of them any more."""
    log.error("webhook_lost", platform=platform, reason=reason)
    return HttpResponse()


@member_required(*OFFICE)
def bring_in(request: MemberRequest) -> HttpResponse:
    """Show what was brought in when, line by line where something was left out, and how to bring in more."""
    context = {
        "runs": services.read_runs(request.shop_id),
        "sync": services.read_status(request.shop_id),
        "zone": timezone_of(request.shop_id),
        "platforms": [one for one in list_descriptors() if one.install_path],
        "can_send": request.member.role == Role.OWNER,
        "upload": services.find_waiting_upload(request.shop_id),
    }
    return render(request, "sync/bring_in.html", context)


@member_required(*OFFICE)
@require_safe
def run_problems(request: MemberRequest, run_id: int) -> HttpResponseBase:
    """Hand out as a file which lines of an import were skipped, and why."""
    try:
        run = services.read_run(request.shop_id, run_id)
    except Missing as missing:
        raise Http404(missing.message) from missing
    return csv_response(dated_name(request.member.slug, _("skipped-lines")), problem_rows(run.problems))


@member_required(*OFFICE)
@require_POST
def retry(request: MemberRequest) -> HttpResponse:
    """Have a bringing-in that is held up tried again at once."""
    services.retry_now(request.shop_id)
    return redirect("sync:bring_in")


@member_required()
@require_safe
def picture(request: MemberRequest, name: str) -> FileResponse:
    """Show a picture that came with the shop's folder; what an SVG might want to run or load stays shut."""
    found = pictures.open_picture(request.shop_id, name)
    if found is None:
        raise Http404
    file, media_type = found
    response = FileResponse(file, content_type=media_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
