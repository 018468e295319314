"""The merchant's home, and the site's first page for strangers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, OFFICE, Role
from shopconnect.dashboard.services import departure_of, home_of
from shopconnect.ui.panels import PanelPlace, panels_at


def front_page(request: HttpRequest) -> HttpResponse | None:
    """Say what this is, and for whom, to strangers at the site's first page; None elsewhere, and where a demo runs."""
    is_front = request.path == "/" and request.method in ("GET", "HEAD") and not settings.DEMO
    return render(request, "dashboard/front.html") if is_front else None


@member_required()
def home(request: MemberRequest) -> HttpResponse:
    """Show whether it works, what it earned as far as is known, and what to do next; or what became of a shop."""
    role, departure = request.member.role, departure_of(request.shop_id)
    if departure is not None:
        context = {"departure": departure, "is_owner": role == Role.OWNER}
        return render(request, "dashboard/departed.html", context)
    context = {
        "home": home_of(request.shop_id, role),
        "in_office": role in OFFICE,
        "at_desk": role in DESK,
        **{f"{place}_panels": panels_at(place, request.shop_id, role) for place in PanelPlace},
    }
    return render(request, "dashboard/home.html", context)
