"""Paths of the demo room; the invented shop's own pages have theirs."""

from django.urls import path

from shopconnect.demo import views

app_name = "demo"

urlpatterns = [path("", views.choose_part, name="choose_part"), path("remove/", views.remove_demo, name="remove")]
