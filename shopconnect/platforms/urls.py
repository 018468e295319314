"""Paths of every platform, each below a prefix of its own."""

from django.urls import include, path

from shopconnect.platforms.registry import list_urls

urlpatterns = [path(prefix, include(module)) for prefix, module in list_urls()]
