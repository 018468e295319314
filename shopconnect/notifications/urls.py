"""Paths of the notifications room."""

from django.urls import path

from shopconnect.notifications import views

app_name = "notifications"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/choose/", views.choose, name="choose"),
    path("notices/address/", views.ask_address, name="ask_address"),
    path("notices/address/cancel/", views.cancel_address, name="cancel_address"),
    path("notices/address/forget/", views.forget_address, name="forget_address"),
    path("notices/confirm/<str:signed>/", views.confirm_address, name="confirm_address"),
    path("notices/stop/<str:signed>/", views.stop, name="stop"),
]
