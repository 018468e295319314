"""Paths of the console."""

from django.urls import path

from chatbot.console import views

app_name = "console"
urlpatterns = [
    path("", views.list_conversations, name="log"),
    path("<int:public_id>/", views.conversation, name="conversation"),
]
