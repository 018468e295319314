"""Paths of chat quality."""

from django.urls import path

from chatbot.console.quality import views

app_name = "chat_quality"
urlpatterns = [path("", views.quality, name="quality"), path("csv/", views.quality_file, name="csv")]
