"""Paths of the experiments room."""

from django.urls import path

from shopconnect.experiments import views

app_name = "experiments"

urlpatterns = [
    path("", views.results, name="results"),
    path("days.csv", views.daily_figures, name="daily_figures"),
    path("hold-out/", views.set_hold_out, name="set_hold_out"),
    path("half/", views.start_half, name="start_half"),
    path("learnt/", views.lift_fallback_by_hand, name="lift_fallback"),
    path("staff/", views.count_staff, name="count_staff"),
    path("test/keep/", views.keep_variant, name="keep_variant"),
    path("test/end/", views.stop_experiment, name="stop_experiment"),
]
