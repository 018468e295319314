"""Paths of the ui room."""

from django.urls import path

from shopconnect.ui import views

app_name = "ui"

urlpatterns = [
    path("search/", views.search, name="search"),
    path("operation/", views.operation, name="operation"),
    path("language/", views.language, name="language"),
]
