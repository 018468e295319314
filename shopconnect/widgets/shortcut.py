"""The short way to what shoppers' devices call: they have no session, no form and no page, so nothing serves those."""

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from shopconnect.core.web.types import GetResponse

PREFIX = "/w/"


def shoppers_first(answer: GetResponse) -> GetResponse:
    """Answer what lies below /w/ at once, and leave out whatever stands behind this in the list; a middleware."""

    def answered(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return answer(request)
        request.get_host()  # refuses a host that is not ours, as every page does
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return answered
