"""Paths of the shops room."""

from django.urls import path

from shopconnect.shops import views

app_name = "shops"

urlpatterns = [
    path("switch/", views.switch, name="switch"),
]
