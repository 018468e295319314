"""Paths of the privacy room."""

from django.urls import path

from shopconnect.privacy import views

app_name = "privacy"

urlpatterns = [
    path("", views.request_list, name="requests"),
    path("<int:public_id>/", views.request_file, name="request_file"),
]
