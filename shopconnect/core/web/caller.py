"""From where the request comes that is being answered: what is written down of what somebody does says so."""

from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from shopconnect.core.web.client_ip import client_ip
from shopconnect.core.web.types import GetResponse

MOST_CHARACTERS = 200

_caller: ContextVar[tuple[str, str] | None] = ContextVar("caller", default=None)


def remember_caller(answer: GetResponse) -> GetResponse:
    """Know who calls while a request is answered; a middleware."""

    def remembered(request: HttpRequest) -> HttpResponse:
        token = _caller.set((client_ip(request), request.headers.get("User-Agent", "")[:MOST_CHARACTERS]))
        try:
            return answer(request)
        finally:
            _caller.reset(token)

    return remembered


def find_caller() -> tuple[str, str] | None:
    """Return the network address and the browser of whoever is answered now; None outside of requests."""
    return _caller.get()
