"""Paths of the billing room."""

from django.urls import path

from shopconnect.billing import views

app_name = "billing"

urlpatterns = [
    path("plan/", views.plan_page, name="plan"),
    path("plan/choose/", views.choose_plan, name="choose_plan"),
    path("plan/webhooks/<slug:place>", views.webhook, name="webhook"),
]
