"""Sessions end when nobody used them for a while, and what somebody sees who is signed in is stored nowhere."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from shopconnect.core.clock import now
from shopconnect.core.web.types import GetResponse

SEEN, SEEN_EVERY = "seen_at", timedelta(minutes=5)


def watch_sessions(answer: GetResponse) -> GetResponse:
    """Sign out who was away for SESSION_IDLE_HOURS, and let no browser or proxy keep a page of who is signed in.

    A middleware; a view that names its own Cache-Control has its way.
    """

    def watched(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _end_or_go_on(request)
        response = answer(request)
        # Not the same as before: somebody may have signed in meanwhile, and REST knows no people.
        if getattr(request.user, "is_authenticated", False):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return watched


def _end_or_go_on(request: HttpRequest) -> None:
    moment = now().timestamp()
    idle = moment - request.session.get(SEEN, moment)
    if idle > timedelta(hours=settings.SESSION_IDLE_HOURS).total_seconds():
        logout(request)
    elif SEEN not in request.session or idle > SEEN_EVERY.total_seconds():
        request.session[SEEN] = moment
