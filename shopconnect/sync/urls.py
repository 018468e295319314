"""Paths of the sync room: where platforms send their webhooks, what came in, and what goes out as a file."""

from django.urls import path

from shopconnect.sync import views
from shopconnect.sync.exports import views as export_views

app_name = "sync"

urlpatterns = [
    path("hooks/<slug:platform>", views.webhook, name="webhook"),
    path("hooks/<slug:platform>/<path:shop>", views.webhook, name="shop_webhook"),
    path("bring-in/", views.bring_in, name="bring_in"),
    path("bring-in/again/", views.retry, name="retry"),
    path("pictures/<path:name>", views.picture, name="picture"),
    path("export/", export_views.export, name="export"),
    path("export/<int:public_id>/", export_views.export_file, name="export_file"),
]
