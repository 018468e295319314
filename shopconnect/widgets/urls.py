"""Paths of the widgets room: what shoppers' devices ask for, which reads no cookie, and the merchant's page."""

from django.urls import include, path, re_path

from shopconnect.core.web.guards import PUBLIC, SHOPPER, guarded_by
from shopconnect.widgets import views

app_name = "widgets"

_KEY = r"(?P<public_key>[A-Za-z0-9_-]{8,64})"

_shoppers = [
    path("assets/<slug:name>.js", guarded_by(PUBLIC)(views.asset), name="asset"),
    re_path(rf"^{_KEY}\.js$", guarded_by(PUBLIC)(views.loader), name="loader"),
    re_path(rf"^{_KEY}/(?P<name>[a-z][a-z-]{{1,30}})$", guarded_by(SHOPPER)(views.endpoint), name="endpoint"),
]

urlpatterns = [
    path("w/", include(_shoppers)),
    path("snippet/", views.snippet, name="snippet"),
    path("snippet/allow/", views.allow_site, name="allow_site"),
    path("snippet/withdraw/", views.withdraw_site, name="withdraw_site"),
]
