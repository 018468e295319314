"""Paths of the console."""

from django.urls import path

from chatbot.console import views
from chatbot.console.inbox import settings_views
from chatbot.console.inbox import views as inbox
from chatbot.console.mail import views as mail

app_name = "console"
urlpatterns = [
    path("", views.list_conversations, name="log"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/act/", inbox.act_on_many, name="act_on_many"),
    path("inbox/alerts/", inbox.alerts, name="alerts"),
    path("inbox/settings/", settings_views.inbox_settings, name="inbox_settings"),
    path("inbox/settings/alerts/", settings_views.choose, name="choose_alerts"),
    path("confidence/", views.confidence, name="confidence"),
    path("reply/<str:signed>/", mail.reply_page, name="reply_page"),
    path("label/", views.label, name="label"),
    path("<int:public_id>/", views.conversation, name="conversation"),
    path("<int:public_id>/photo/<int:message>/", views.photo, name="photo"),
    path("<int:public_id>/meet/", inbox.meet, name="meet"),
    path("<int:public_id>/act/", inbox.act, name="act"),
]
