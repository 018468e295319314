"""Pages of what people asked under the law."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.privacy import requests
from shopconnect.shops.services import timezone_of


@member_required(Role.OWNER)
@require_safe
def request_list(request: MemberRequest) -> HttpResponse:
    """Show what people asked, until when it is to be done, and what was done."""
    context = {
        "found": requests.list_requests(request.shop_id),
        "zone": timezone_of(request.shop_id),
        "days": requests.DAYS_TO_DO,
    }
    return render(request, "privacy/requests.html", context)


@member_required(Role.OWNER)
@require_safe
def request_file(request: MemberRequest, public_id: int) -> HttpResponseBase:
    """Hand over the file of what is held of a person."""
    try:
        file = requests.open_file(request.shop_id, request.member.user_id, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
        return redirect("privacy:requests")
    return FileResponse(file, as_attachment=True, filename=f"{public_id}.json", content_type="application/json")
