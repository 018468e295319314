"""Paths below Shopify's app proxy; each is signed, and what a shopper asks is served as at /w/<key>/."""

from django.urls import path, re_path

from shopconnect.core.web.guards import SIGNED, guarded_by
from shopconnect.platforms.shopify import proxy_views

app_name = "proxy"

signed = guarded_by(SIGNED)

urlpatterns = [
    path("loader.js", signed(proxy_views.loader), name="loader"),
    path("settings.json", signed(proxy_views.settings), name="settings"),
    path("assets/<slug:name>.js", signed(proxy_views.asset), name="asset"),
    re_path(r"^(?P<name>[a-z][a-z-]{1,30})$", signed(proxy_views.endpoint), name="endpoint"),
]
