"""The short way to what shoppers' devices call: they have no session, no form and no page, so nothing serves those."""

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from shopconnect.core.web.types import GetResponse

PREFIX = "/w/"
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"  # data and scripts: whatever is opened by itself does nothing


def shoppers_first(answer: GetResponse) -> GetResponse:
    """Answer what lies below /w/ at once, and leave out whatever stands behind this in the list; a middleware."""

    def answered(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return answer(request)
        request.get_host()  # refuses a host that is not ours, as every page does
        try:
            match = request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return answer(request)  # with the page that says so
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("Content-Security-Policy", NO_PAGE)
        return response

    return answered
