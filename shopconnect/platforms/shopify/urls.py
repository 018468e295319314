"""Paths that Shopify's admin leads to."""

from django.urls import path

from shopconnect.platforms.shopify import views

app_name = "shopify"

urlpatterns = [
    path("token", views.token, name="token"),
    path("install", views.install, name="install"),
    path("callback", views.callback, name="callback"),
    path("join", views.join, name="join"),
    path("<path:page>", views.deeper, name="deeper"),
]
