"""Paths of the stock room."""

from django.urls import path

from recommender.stock import views
from recommender.stock.calendar import views as calendar_views

app_name = "stock"

urlpatterns = [
    path("", views.runs_out, name="runs_out"),
    path("orders/", views.orders, name="orders"),
    path("orders.csv", views.orders_file, name="orders_file"),
    path("lying/", views.lying, name="lying"),
    path("items.csv", views.items_file, name="items_file"),
    path("items/<int:public_id>/", views.item, name="item"),
    path("suppliers/", views.suppliers, name="suppliers"),
    path("suppliers/items/<int:public_id>/", views.set_terms, name="set_terms"),
    path("suppliers/settings/", views.set_settings, name="set_settings"),
    path("suppliers/add/", views.add_supplier, name="add_supplier"),
    path("suppliers/<int:public_id>/", views.change_supplier, name="change_supplier"),
    path("suppliers/<int:public_id>/remove/", views.remove_supplier, name="remove_supplier"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/add/", calendar_views.add_event, name="add_event"),
    path("calendar/<int:public_id>/remove/", calendar_views.remove_event, name="remove_event"),
    path("terms.csv", views.terms_file, name="terms_file"),
    path("terms/", views.send_terms, name="send_terms"),
]
