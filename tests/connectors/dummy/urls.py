"""Paths of the invented platform."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from shopconnect.core.web.guards import PUBLIC, guarded_by


@guarded_by(PUBLIC)
def install(request: HttpRequest) -> HttpResponse:
    """Where a merchant begins."""
    return HttpResponse("begin here")


urlpatterns = [path("install", install, name="dummy_install")]
