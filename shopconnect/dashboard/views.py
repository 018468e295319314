"""The merchant's pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, OFFICE
from shopconnect.dashboard import services
from shopconnect.dashboard.types import Home
from shopconnect.experiments.result_rows import earned_of
from shopconnect.experiments.results import results_of
from shopconnect.ui.charts import Chart, day_chart


def front_page(request: HttpRequest) -> HttpResponse | None:
    """Say what this is, and for whom, to strangers at the site's first page; None elsewhere, and where a demo runs."""
    is_front = request.path == "/" and request.method in ("GET", "HEAD") and not settings.DEMO
    return render(request, "dashboard/front.html") if is_front else None


@member_required()
def home(request: MemberRequest) -> HttpResponse:
    """Show whether it works, what it earned as far as is known, and what to do next."""
    page = services.home_of(request.shop_id)
    steps = services.next_steps(page)
    needed = [step for step in steps if not step.is_optional]
    context = {
        "charts": _charts(page),
        "home": page,
        "steps": steps,
        "needed": len(needed),
        "done": sum(step.done for step in needed),
        "next_step": next((step for step in needed if not step.done), None),
        "in_office": request.member.role in OFFICE,
        "earned": earned_of(results_of(request.shop_id)),
        "at_desk": request.member.role in DESK,
        "preview": services.shelf_of(request.shop_id, get_language() or "en"),
    }
    return render(request, "dashboard/home.html", context)


def _charts(page: Home) -> list[Chart]:
    """Draw how often shelves were shown and clicked day by day, once they were."""
    shown, clicks = sum(one.shown for one in page.days), sum(one.clicks for one in page.days)
    if not shown:
        return []
    titles = (
        ngettext("%(shown)s shelf shown in 28 days", "%(shown)s shelves shown in 28 days", shown)
        % {"shown": number_format(shown, force_grouping=True)},
        ngettext("%(shown)s click on a suggestion", "%(shown)s clicks on suggestions", clicks)
        % {"shown": number_format(clicks, force_grouping=True)},
    )
    return [
        day_chart("shown", titles[0], _("Shelves"), [(one.day, one.shown) for one in page.days]),
        day_chart("clicks", titles[1], _("Clicks"), [(one.day, one.clicks) for one in page.days]),
    ]
