"""Paths of the whole site."""


from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("w/", include("shopconnect.widgets.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("storefront/", include("shopconnect.lab.storefront.urls")))

handler500 = "shopconnect.core.middleware.server_error"
