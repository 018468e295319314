"""Paths of the console."""

from django.urls import path

from chatbot.console import views

app_name = "console"
urlpatterns = [
    path("", views.list_conversations, name="log"),
    path("confidence/", views.confidence, name="confidence"),
    path("label/", views.label, name="label"),
    path("<int:public_id>/", views.conversation, name="conversation"),
]
