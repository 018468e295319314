"""Paths of the merchant's pages."""

from django.urls import path

from shopconnect.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("snippet/", views.snippet, name="snippet"),
    path("bring-in/", views.bring_in, name="bring_in"),
    path("operation/", views.operator, name="operator"),
    path("language/", views.language, name="language"),
]
