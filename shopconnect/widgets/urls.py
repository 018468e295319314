"""Paths of the widgets room; all public, none reads a cookie."""

from django.urls import path, re_path

from shopconnect.widgets import views

app_name = "widgets"

_KEY = r"(?P<public_key>[A-Za-z0-9_-]{8,64})"

urlpatterns = [
    path("assets/<slug:name>.js", views.asset, name="asset"),
    re_path(rf"^{_KEY}\.js$", views.loader, name="loader"),
    re_path(rf"^{_KEY}/(?P<name>[a-z][a-z-]{{1,30}})$", views.endpoint, name="endpoint"),
]
