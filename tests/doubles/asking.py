"""How tests of the double ask it: as the product does, or by hand."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.types import App
from tests.doubles.shopify.double import Double, DoubleShop
from tests.waiting import PATIENCE_SECONDS


def app_of(double: Double) -> App:
    return App(client_id=double.client_id, secret=double.secret, origin=double.origin)


def connect(shop: DoubleShop) -> ShopifyConnection:
    app = app_of(shop.double)
    return ShopifyConnection(
        app, shop.domain, oauth.exchange_session_token(app, shop.domain, shop.session_token(), now())
    )


def now() -> datetime:
    return datetime.now(UTC)


def ask(shop: DoubleShop, token: str, document: str, **variables: Any) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{shop.double.url}/{shop.domain}/admin/api/2026-10/graphql.json",
        headers={"X-Shopify-Access-Token": token},
        data=json.dumps({"query": document, "variables": variables}).encode(),
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def token_of(shop: DoubleShop) -> str:
    return oauth.exchange_session_token(app_of(shop.double), shop.domain, shop.session_token(), now()).access
