"""Paths of connecting a shop on WooCommerce, and of looking how it fares."""

from django.urls import path

from shopconnect.platforms.woocommerce import views

app_name = "woocommerce"

urlpatterns = [
    path("connect", views.connect, name="connect"),
    path("approve", views.approve, name="approve"),
    path("keys", views.keys, name="keys"),
    path("return", views.returned, name="returned"),
    path("shopconnect.zip", views.plugin_file, name="plugin"),
    path("health", views.health_page, name="health"),
    path("disconnect", views.disconnect, name="disconnect"),
    path("moved", views.moved, name="moved"),
]
