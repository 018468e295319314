"""Calls that come through Shopify's app proxy: /apps/shopconnect/<endpoint> on the shop's own pages.

The signature says which shop it is and which customer is signed in; whatever else stands in the address is the
shopper's, and is trusted no more than what comes straight from a page.
"""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shopconnect.connectors.shopify.signatures import is_signed_proxy
from shopconnect.connectors.shopify.types import PLATFORM
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.web.client_ip import client_ip
from shopconnect.platforms.shopify.app import find_app
from shopconnect.widgets.types import SignedVisit

USUAL_BASE = "/apps/shopconnect/"
_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+){2}")
OURS = ("shop", "path_prefix", "timestamp", "signature", "logged_in_customer_id")


def read_visit(request: HttpRequest) -> SignedVisit:
    """Return what the signature of a call vouches for; raises Refusal(401) where it does not hold."""
    app = find_app()
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    if app is None or not is_signed_proxy(app, pairs, now()):
        raise Refusal("signature", _("This request doesn’t come from the shop."), 401)
    customer = request.GET.getlist("logged_in_customer_id")
    prefix = request.GET.getlist("path_prefix")
    return SignedVisit(
        shop=f"{PLATFORM}:{request.GET.get('shop', '')}",
        base=f"{prefix[0]}/" if len(prefix) == 1 and _PREFIX.fullmatch(prefix[0]) else USUAL_BASE,
        # Named twice, one of them is the shopper's own.
        customer=customer[0] if len(customer) == 1 and customer[0].isdecimal() else "",
        address=shopper_address(request),
        query={name: value for name, value in request.GET.dict().items() if name not in OURS},
    )


def shopper_address(request: HttpRequest) -> str:
    """Return whom Shopify saw: the last address that it wrote down before its own, else Shopify's own."""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    own = client_ip(request)
    seen = [hop for hop in hops if hop != own]
    return seen[-1] if seen else own
