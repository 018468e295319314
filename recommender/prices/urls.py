"""Paths of the prices room."""

from django.urls import path

from recommender.prices import views

app_name = "prices"

urlpatterns = [
    path("", views.prices, name="list"),
    path("change/", views.change_price, name="change"),
    path("undo/<int:public_id>/", views.undo_price, name="undo"),
    path("allowed/", views.prices_allowed, name="allowed"),
]
