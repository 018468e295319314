"""Paths of the merchant's home: our own, and where the admin of a platform looks for it."""

from django.urls import path

from shopconnect.connectors.registry import list_descriptors
from shopconnect.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    *(path(one.home_path, views.home, name=f"home_in_{one.name}") for one in list_descriptors() if one.home_path),
]
