"""Paths that Shopify's admin leads to."""

from django.urls import path

from shopconnect.shops import shopify_views

app_name = "shopify"

urlpatterns = [
    path("token", shopify_views.token, name="token"),
    path("install", shopify_views.install, name="install"),
    path("callback", shopify_views.callback, name="callback"),
    path("join", shopify_views.join, name="join"),
    path("<path:page>", shopify_views.deeper, name="deeper"),
]
