"""Paths of the merchant's pages."""

from django.urls import path

from shopconnect.dashboard import demo_views, export_views, price_views, views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("shopify/", views.home, name="shopify_home"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/variety/", views.variety, name="variety"),
    path("pictures/<path:name>", views.picture, name="picture"),
    path("snippet/", views.snippet, name="snippet"),
    path("bring-in/", views.bring_in, name="bring_in"),
    path("prices/", price_views.prices, name="prices"),
    path("prices/change/", price_views.change_price, name="change_price"),
    path("prices/undo/<int:public_id>/", price_views.undo_price, name="undo_price"),
    path("prices/allowed/", price_views.prices_allowed, name="prices_allowed"),
    path("bring-in/again/", views.try_again, name="try_again"),
    path("operation/", views.operator, name="operator"),
    path("export/", export_views.export, name="export"),
    path("export/<int:public_id>/", export_views.export_file, name="export_file"),
    path("demo/", demo_views.choose_part, name="demo"),
    path("demo/remove/", demo_views.remove_demo, name="remove_demo"),
    path("language/", views.language, name="language"),
]
