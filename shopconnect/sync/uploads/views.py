"""Pages of files that a merchant brings in: sent by drag or choice, checked, read before a yes."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopconnect.accounts.access import SHOP_IN_SESSION, MemberRequest, member_required, signed_in
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.web.csv_files import csv_response, dated_name
from shopconnect.core.web.forms import run_and_redirect
from shopconnect.sync.folders.problem_files import problem_rows
from shopconnect.sync.forms import NewShopForm, files_named
from shopconnect.sync.services import read_status
from shopconnect.sync.types import UploadedFile, UploadState
from shopconnect.sync.uploads import services as uploads
from shopconnect.sync.uploads.chunks import CHUNK_BYTES
from shopconnect.sync.uploads.own_shops import open_own_shop
from shopconnect.ui.panels import PanelPlace, panels_at


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_shop(request: HttpRequest) -> HttpResponse:
    """Open a shop for files, of which whoever is signed in becomes the owner."""
    form = NewShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            shop_id = open_own_shop(
                request.user.pk or 0, said["name"], said["currency"], said["timezone"], said["address"]
            )
        except Refusal as refusal:
            messages.error(request, refusal.message, "bad")
            return redirect("sync:new_shop")
        request.session[SHOP_IN_SESSION] = int(shop_id)
        return redirect("sync:bring_in")
    return render(request, "sync/new_shop.html", {"form": form})


@member_required(Role.OWNER)
@require_POST
def send_files(request: MemberRequest) -> HttpResponse:
    """Make room for files: a script names them and sends chunks, a plain form brings them with it."""
    shop_id, user_id = request.shop_id, request.member.user_id
    if not request.FILES:
        return _answered(lambda: uploads.begin_upload(shop_id, user_id, files_named(request.POST)))
    sent = request.FILES.getlist("files")
    try:
        files = [UploadedFile(name=file.name or "", size_bytes=file.size or 0) for file in sent]
        public_id = uploads.begin_upload(shop_id, user_id, files)
        for number, file in enumerate(sent):
            for offset in range(0, file.size or 0, CHUNK_BYTES):
                uploads.store_chunk(shop_id, public_id, number, offset, file.read(CHUNK_BYTES))
        uploads.ask_check(shop_id, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect("sync:bring_in")
    return redirect("sync:upload", public_id)


@member_required(Role.OWNER)
@require_POST
def send_chunk(request: MemberRequest, public_id: int, number: int, offset: int) -> HttpResponse:
    """Take a chunk of a file."""
    return _answered(lambda: uploads.store_chunk(request.shop_id, public_id, number, offset, request.body))


@member_required(Role.OWNER)
@require_safe
def upload(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show what is in some files, how far they are, and what becomes of them."""
    try:
        found = uploads.find_upload(request.shop_id, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect("sync:bring_in")
    is_in = found.state == UploadState.DONE
    panels = panels_at(PanelPlace.BACK_TEST, request.shop_id, request.member.role) if is_in else []
    run = read_status(request.shop_id).run if found.state == UploadState.LOADING else None
    return render(request, "sync/upload.html", {"upload": found, "panels": panels, "run": run})


@member_required(Role.OWNER)
@require_safe
def upload_problems(request: MemberRequest, public_id: int) -> HttpResponseBase:
    """Hand out as a file which lines of some files cannot be read, and why."""
    try:
        report = uploads.find_upload(request.shop_id, public_id).report
    except Missing as missing:
        raise Http404(missing.message) from missing
    rows = problem_rows(report.problems if report else ())
    return csv_response(dated_name(request.member.slug, _("skipped-lines")), rows)


@member_required(Role.OWNER)
@require_POST
def check(request: MemberRequest, public_id: int) -> HttpResponse:
    """Have files that have come checked."""
    return _answered(lambda: uploads.ask_check(request.shop_id, public_id))


@member_required(Role.OWNER)
@require_POST
def load(request: MemberRequest, public_id: int) -> HttpResponse:
    """Have checked files brought in."""
    try:
        uploads.ask_load(request.shop_id, request.member.user_id, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect("sync:bring_in")
    return redirect("sync:upload", public_id)


@member_required(Role.OWNER)
@require_POST
def discard(request: MemberRequest, public_id: int) -> HttpResponse:
    """Have files that were sent removed without bringing them in."""
    return run_and_redirect(
        request,
        lambda: uploads.discard_upload(request.shop_id, public_id),
        _("The files were removed. Nothing was imported."),
        "sync:bring_in",
    )


def _answered(verb: Callable[[], int | None]) -> HttpResponse:
    """Run a verb for a script, and tell it the id that came of it, if any, or why it was refused."""
    try:
        found = verb()
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return HttpResponse(status=204) if found is None else JsonResponse({"id": str(found)})
