"""The page of lights."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommender.quality.services import capabilities_of
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE


@member_required(*OFFICE)
@require_safe
def quality(request: MemberRequest) -> HttpResponse:
    """Show how ready each capability is, and what would mend it."""
    capabilities, zone = capabilities_of(request.shop_id)
    return render(request, "quality/quality.html", {"capabilities": capabilities, "zone": zone})
