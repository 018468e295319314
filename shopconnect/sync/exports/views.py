"""Pages of the export of a whole shop."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from shopconnect.accounts.access import MemberRequest, member_required, recently_authenticated
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.shops.services import timezone_of
from shopconnect.sync.exports import services as exports


@member_required(Role.OWNER)
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: MemberRequest) -> HttpResponse:
    """Show the exports of a shop, and have a new one made."""
    if request.method == "POST":
        exports.ask_export(request.shop_id, request.member.user_id)
        return redirect("sync:export")
    found = exports.list_exports(request.shop_id)
    context = {
        "found": found,
        "is_coming": any(one.is_coming for one in found),
        "days": exports.RETENTION_DAYS,
        "zone": timezone_of(request.shop_id),
    }
    return render(request, "sync/export.html", context)


@member_required(Role.OWNER)
@require_safe
def export_file(request: MemberRequest, public_id: int) -> HttpResponseBase:
    """Hand over the file of an export."""
    try:
        file = exports.open_export(request.shop_id, request.member.user_id, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
        return redirect("sync:export")
    name = f"{request.member.slug}-{now().date().isoformat()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
