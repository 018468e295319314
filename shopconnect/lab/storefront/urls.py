"""Paths of the shop front."""

from django.urls import path

from shopconnect.lab.storefront import views

app_name = "storefront"

urlpatterns = [
    path("<slug:slug>/", views.entry, name="entry"),
    path("<slug:slug>/pictures/<path:name>", views.picture, name="picture"),
    path("<slug:slug>/products/<path:product>/", views.product_entry, name="product_entry"),
    path("<slug:slug>/<str:language>/", views.home, name="home"),
    path("<slug:slug>/<str:language>/cart/", views.cart, name="cart"),
    path("<slug:slug>/<str:language>/categories/<slug:department>/", views.department, name="department"),
    path("<slug:slug>/<str:language>/products/<path:product>/", views.product, name="product"),
]
