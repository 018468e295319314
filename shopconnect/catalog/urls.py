"""Paths of the catalogue's pages."""

from django.urls import path

from shopconnect.catalog import views

app_name = "catalog"

urlpatterns = [
    path("", views.product_list, name="products"),
    path("products.csv", views.product_file, name="product_file"),
    path("<int:public_id>/", views.product, name="product"),
]
