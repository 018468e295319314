"""Paths of the widgets room; all public, none reads a cookie."""

from django.urls import path, re_path

from shopconnect.core.web.guards import PUBLIC, SHOPPER, guarded_by
from shopconnect.widgets import views

app_name = "widgets"

_KEY = r"(?P<public_key>[A-Za-z0-9_-]{8,64})"

urlpatterns = [
    path("assets/<slug:name>.js", guarded_by(PUBLIC)(views.asset), name="asset"),
    re_path(rf"^{_KEY}\.js$", guarded_by(PUBLIC)(views.loader), name="loader"),
    re_path(rf"^{_KEY}/(?P<name>[a-z][a-z-]{{1,30}})$", guarded_by(SHOPPER)(views.endpoint), name="endpoint"),
]
