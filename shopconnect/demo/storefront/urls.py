"""Paths of the shop front."""

from django.urls import path

from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.demo.storefront import views

app_name = "storefront"

public = guarded_by(PUBLIC)

urlpatterns = [
    path("<slug:slug>/", public(views.entry), name="entry"),
    path("<slug:slug>/pictures/<path:name>", public(views.picture), name="picture"),
    path("<slug:slug>/products/<path:product>/", public(views.product_entry), name="product_entry"),
    path("<slug:slug>/<str:language>/", public(views.home), name="home"),
    path("<slug:slug>/<str:language>/account/", public(views.account), name="account"),
    path("<slug:slug>/<str:language>/cart/", public(views.cart), name="cart"),
    path("<slug:slug>/<str:language>/categories/<slug:department>/", public(views.department), name="department"),
    path("<slug:slug>/<str:language>/products/<path:product>/", public(views.product), name="product"),
    path("<slug:slug>/<path:path>/", public(views.nothing), name="nothing"),
]
