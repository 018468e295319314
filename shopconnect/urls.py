"""Paths of the whole site."""


from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("w/", include("shopconnect.widgets.urls")),
]

handler500 = "shopconnect.core.middleware.server_error"
