"""Views below Shopify's app proxy: the loader and its settings, its second file, and every registered endpoint."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shopconnect.core.errors import Refusal
from shopconnect.platforms.shopify.proxy import read_visit
from shopconnect.widgets import gateway
from shopconnect.widgets.loader import cdn_settings, loader_script
from shopconnect.widgets.services import platform_fronts
from shopconnect.widgets.types import ShopFront, SignedVisit
from shopconnect.widgets.views import STABLE, asset_response, script_response


def for_shop(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the shop and the visit that the signature names; without one that holds it is not called."""

    @wraps(view)
    def signed(request: HttpRequest, **places: Any) -> HttpResponse:
        try:
            visit = read_visit(request)
            front = gateway.remembered_front(platform_fronts, visit.shop)
        except Refusal as refusal:
            return gateway.refuse(refusal)
        return view(request, front, visit, **places)

    return signed


@require_safe
@for_shop
def loader(request: HttpRequest, front: ShopFront, visit: SignedVisit) -> HttpResponse:
    """Send the script of the shop, which calls us through the proxy too."""
    return script_response(request, loader_script(front, visit.base), STABLE)


@require_safe
@for_shop
def settings(request: HttpRequest, front: ShopFront, visit: SignedVisit) -> HttpResponse:
    """Send what the loader that Shopify's CDN serves must know of the shop."""
    return script_response(request, cdn_settings(front, visit.base), STABLE, "application/json")


@require_safe
@for_shop
def asset(request: HttpRequest, front: ShopFront, visit: SignedVisit, name: str) -> HttpResponse:
    """Send the chat panel under its hashed name."""
    return asset_response(request, name)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@for_shop
def endpoint(request: HttpRequest, front: ShopFront, visit: SignedVisit, name: str) -> HttpResponse:
    """Answer an endpoint of the shop; the signature stands in for the check of the origin."""
    return gateway.answer_signed(request, front, name, visit)
