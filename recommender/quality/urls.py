"""Paths of the quality room."""

from django.urls import path

from recommender.quality import views

app_name = "quality"

urlpatterns = [path("", views.quality, name="quality")]
