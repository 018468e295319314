"""Paths of the shops room."""

from django.urls import path

from shopconnect.shops import views

app_name = "shops"

urlpatterns = [path("goodbye/<str:signed>/", views.say_why, name="uninstall_feedback")]
