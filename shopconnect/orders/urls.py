"""Paths of the pages of orders and customers."""

from django.urls import path

from shopconnect.orders import views

app_name = "orders"

urlpatterns = [
    path("orders/", views.order_list, name="orders"),
    path("orders/orders.csv", views.order_file, name="order_file"),
    path("orders/<int:public_id>/", views.order, name="order"),
    path("customers/", views.customer_list, name="customers"),
    path("customers/customers.csv", views.customer_file, name="customer_file"),
    path("customers/<int:public_id>/", views.customer, name="customer"),
]
