"""Paths of the shop front."""

from django.urls import path

from shopconnect.demo.storefront import views

app_name = "storefront"

urlpatterns = [
    path("", views.front(views.entry), {"slug": ""}, name="no_shop"),
    path("<slug:slug>/", views.front(views.entry), name="entry"),
    path("<slug:slug>/pictures/<path:name>", views.front(views.picture), name="picture"),
    path("<slug:slug>/products/<path:product>/", views.front(views.product_entry), name="product_entry"),
    path("<slug:slug>/<str:language>/", views.front(views.home), name="home"),
    path("<slug:slug>/<str:language>/account/", views.front(views.account), name="account"),
    path("<slug:slug>/<str:language>/cart/", views.front(views.cart), name="cart"),
    path("<slug:slug>/<str:language>/categories/<slug:department>/", views.front(views.department), name="department"),
    path("<slug:slug>/<str:language>/products/<path:product>/", views.front(views.product), name="product"),
    path("<slug:slug>/<path:path>/", views.front(views.nothing), name="nothing"),
]
