"""Paths of the sync room: where platforms send their webhooks."""

from django.urls import path

from shopconnect.sync import views

app_name = "sync"

urlpatterns = [
    path("<slug:platform>", views.webhook, name="hook"),
    path("<slug:platform>/<path:shop>", views.webhook, name="shop_hook"),
]
