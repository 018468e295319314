"""Pages of no room: how the system is, for its operators, and the language that somebody chooses."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import DisallowedRedirect
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopconnect.accounts.access import operator_required
from shopconnect.accounts.services import remember_language
from shopconnect.core.clock import read_time
from shopconnect.core.jobs.work import count_due, oldest_due_seconds
from shopconnect.core.observability.health import UP, HealthPart, find_parts, is_ready
from shopconnect.core.observability.operator_warnings import list_warnings
from shopconnect.core.web.forms import read_form
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.shops.refusals import list_refusals
from shopconnect.ui.forms import LanguageForm

COOKIE_SECONDS = 31_536_000


@operator_required
@require_safe
def operation(request: HttpRequest) -> HttpResponse:
    """Show operators which parts are up and what waits."""
    parts = find_parts()
    last = parts["beat"].details.get("last")
    context = {
        "parts": _named_parts(parts),
        "ready": is_ready(parts),
        "queues": parts["workers"].details.get("queues"),
        "last_beat": read_time(str(last)) if last else None,
        "due": count_due() if parts["database"].state == UP else None,
        "oldest_seconds": oldest_due_seconds() if parts["database"].state == UP else None,
        "refusals": list_refusals(),
        "warnings": list_warnings(),
    }
    return render(request, "ui/operation.html", context)


def go_on_operating(request: HttpRequest) -> HttpResponse | None:
    """Have an operator of the system who works with no shop look at the system; None for others."""
    return redirect("ui:operation") if getattr(request.user, "is_staff", False) else None


@guarded_by(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that somebody chose: in a cookie, and in the account of those signed in."""
    form = read_form(LanguageForm(request.POST))
    chosen, following = form["language"], form["next"] or "/"
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        raise DisallowedRedirect("The page to go on to is not ours.")
    if not chosen:  # Django keeps a catalog of each language it is asked for, for good
        return HttpResponseRedirect(following)
    response = HttpResponseRedirect(translate_url(following, chosen))
    if check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=COOKIE_SECONDS, samesite="Lax", secure=settings.HTTPS
        )
        if request.user.is_authenticated:
            remember_language(request.user.pk, chosen)
    return response


def _named_parts(parts: Mapping[str, HealthPart]) -> list[tuple[str, str, str, str]]:
    """Return each part of the system as (key, name, what it is for, state), in the reader's language."""
    words = {
        "database": (_("Database"), _("Stores all data.")),
        "redis": (_("Redis"), _("Wakes the workers and counts requests for rate limits.")),
        "workers": (_("Workers"), _("Run background tasks.")),
        "beat": (_("Scheduler"), _("Runs every minute and queues overdue tasks.")),
    }
    return [(key, *words[key], part.state) for key, part in parts.items()]
