"""Paths of teaching. Ids of entries are anybody's texts, and stand in the query."""

from django.urls import path

from chatbot.console.teaching import views

app_name = "teaching"
urlpatterns = [
    path("", views.list_questions, name="questions"),
    path("state/", views.change_state, name="state"),
    path("effect/", views.show_effect, name="effect"),
    path("effect/save/", views.save_and_ask, name="save"),
    path("prepare/", views.prepare, name="prepare"),
    path("effect/ask/", views.ask_effect, name="ask_effect"),
    path("effect/publish/", views.publish, name="publish"),
    path("reports/", views.list_reports, name="reports"),
    path("reports/add/", views.report, name="report"),
    path("reports/settle/", views.settle, name="settle"),
]
