"""Paths of the sync room: where platforms send their hooks."""

from django.urls import path

from shopconnect.sync import views

app_name = "sync"

urlpatterns = [path("<slug:platform>", views.hook, name="hook")]
