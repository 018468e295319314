"""Paths of the whole site."""

from django.conf import settings
from django.urls import include, path

from shopconnect.core.web import views

urlpatterns = [
    path("", include("shopconnect.widgets.urls")),  # first, for it is asked for most
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("csp-reports", views.csp_reports, name="csp_reports"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("api/v1/", include("shopconnect.rest_urls")),
    path("accounts/", include("allauth.urls")),
    path("shops/", include("shopconnect.accounts.urls")),
    path("shops/", include("shopconnect.notifications.urls")),
    path("shops/", include("shopconnect.billing.urls")),
    path("shops/", include("shopconnect.shops.urls")),
    path("privacy/", include("shopconnect.privacy.urls")),
    path("products/", include("shopconnect.catalog.urls")),
    path("", include("shopconnect.orders.urls")),
    path("answers/", include("chatbot.answers.pages.urls")),
    path("teaching/", include("chatbot.console.teaching.urls")),
    path("conversations/quality/", include("chatbot.console.quality.urls")),
    path("conversations/", include("chatbot.console.urls")),
    path("results/", include("shopconnect.experiments.urls")),
    path("", include("recommender.products.pages.urls")),
    path("prices/", include("recommender.prices.urls")),
    path("stock/", include("recommender.stock.urls")),
    path("quality/", include("recommender.quality.urls")),
    path("demo/", include("shopconnect.demo.urls")),
    path("", include("shopconnect.ui.urls")),
    path("", include("shopconnect.sync.urls")),
    path("", include("shopconnect.dashboard.urls")),
    path("", include("shopconnect.platforms.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("storefront/", include("shopconnect.demo.storefront.urls")))

handler400 = "shopconnect.core.web.middleware.bad_request"
handler500 = "shopconnect.core.web.middleware.server_error"
