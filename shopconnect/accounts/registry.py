"""What higher rooms add to signing in; they enter themselves here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SessionSource = Callable[[HttpRequest], HttpResponse | None]

_session_sources: dict[str, SessionSource] = {}


def register_session_source(name: str, ask: SessionSource) -> None:
    """Have a platform asked who looks at a page, where nobody is signed in and before our own sign-in is shown.

    It answers None where the page does not stand in its admin; a second one of a name replaces the first.
    """
    _session_sources[name] = ask


def ask_session(request: HttpRequest) -> HttpResponse | None:
    """Return how a platform finds out who looks at a page, or None where no platform can."""
    return next((answer for ask in _session_sources.values() if (answer := ask(request)) is not None), None)
