"""The REST API of a shop: what is asked for by path, and by a key in the header or in the query."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopconnect.connectors.woocommerce.types import PLUGIN
from tests.doubles.woocommerce import errors
from tests.doubles.woocommerce.errors import JSON, Reply, RestError
from tests.doubles.woocommerce.lists import list_page, only_fields
from tests.doubles.woocommerce.store import Row

if TYPE_CHECKING:
    from tests.doubles.woocommerce.double import WooShop

HEADERS = {
    **JSON,
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}
MOST_IN_BATCH = 100
PAGES = "wp/v2/pages"
LISTS = {
    "products": "product",
    "orders": "order",
    "customers": "customer",
    "products/categories": "category",
    "variations": "variation",
    "refunds": "refund",
}
# From which version on WooCommerce has a list.
SINCE = {"variations": (10, 3), "refunds": (9, 0)}
NAMES = {"product": "product", "order": "shop_order", "customer": "customer", "variation": "product_variation"}


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request to one shop: the path after /wp-json/, the query, the body and the headers."""

    shop: "WooShop"
    method: str
    path: str
    pairs: Mapping[str, str]
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            message = "Invalid JSON body passed."
            details = {"json_error_code": 4, "json_error_message": "Syntax error"}
            raise RestError(400, "rest_invalid_json", message, **details) from None


def answer(request: RestRequest) -> Reply:
    """Answer a request, or say why not."""
    try:
        with request.shop.store.lock:
            if request.path.strip("/") == PAGES:
                return _pages(request)
            if request.path.strip("/"):
                _check_key(request)
            return _route(request)
    except RestError as error:
        return error.reply()


def _check_key(request: RestRequest) -> None:
    shop = request.shop
    pairs = {} if shop.strips_query else request.pairs
    key, secret = pairs.get("consumer_key", ""), pairs.get("consumer_secret", "")
    header = request.headers.get("Authorization") or ""
    if header.startswith("Basic ") and not shop.strips_authorization:
        key, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    if key not in shop.keys or shop.is_revoked:
        raise errors.cannot_view()
    if secret != shop.keys[key]:
        raise errors.bad_secret()
    if shop.is_read_only and request.method != "GET":
        raise errors.read_only()


def _route(request: RestRequest) -> Reply:
    path = request.path.strip("/")
    if path == "":
        return _object(request, request.shop.index())
    if path.startswith(f"{PLUGIN}/") and request.shop.plugin.is_active:
        return _plugin(request, path.removeprefix(f"{PLUGIN}/"))
    if not path.startswith("wc/v3/") or request.shop.is_switched_off:
        raise errors.no_route()
    rest = path.removeprefix("wc/v3/")
    for pattern, method, view in VIEWS:
        found = re.fullmatch(pattern, rest)
        if found and method == request.method:
            return view(request, *found.groups())
    raise errors.no_route()


def _plugin(request: RestRequest, path: str) -> Reply:
    plugin = request.shop.plugin
    if (request.method, path) == ("GET", "status"):
        return _object(request, plugin.status())
    if (request.method, path) == ("PUT", "storefront"):
        return _reply(plugin.take(request.json))
    raise errors.no_route()


def _pages(request: RestRequest) -> Reply:
    """WordPress shows what is published to anybody, and takes a key of WooCommerce for a wrong password of its own."""
    if request.headers.get("Authorization"):
        raise RestError(401, "incorrect_password", "The provided password is an invalid application password.")
    rows = [row for row in request.shop.store.rows("page") if row["status"] == "publish"]
    rows = request.shop.in_languages(rows, request.pairs.get("lang", ""))
    page, size = (int(request.pairs.get(name, default)) for name, default in (("page", "1"), ("per_page", "10")))
    if rows and page > 1 and (page - 1) * size >= len(rows):
        words = "The page number requested is larger than the number of pages available."
        raise RestError(400, "rest_post_invalid_page_number", words)
    return _page(request, rows)


def _reply(found: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return status, {**HEADERS, **(headers or {})}, json.dumps(found).encode()


def _object(request: RestRequest, row: Row) -> Reply:
    return _reply(only_fields(row, request.pairs.get("_fields", "")))


def _list(request: RestRequest, name: str) -> Reply:
    if request.shop.version < SINCE.get(name, (0, 0)):
        raise errors.no_route()
    kind, store = LISTS[name], request.shop.store
    rows = store.rows(kind)
    if kind == "order":
        return _page(request, rows, request.shop.plugin.with_field)
    if kind == "product":
        rows = request.shop.in_languages(rows, request.pairs.get("lang", ""))
    return _page(request, rows)


def _page(request: RestRequest, rows: list[Row], shown: Callable[[Row], Row] = lambda row: row) -> Reply:
    size = int(request.pairs.get("per_page", "10")) if request.pairs.get("per_page", "10").isdecimal() else 0
    if request.shop.bears is not None and size > request.shop.bears:
        return 504, {"Content-Type": "text/html"}, b"<html>Gateway Time-out</html>"
    url = f"{request.shop.home}/wp-json/{request.path.strip('/')}"
    found, headers = list_page(rows, request.pairs, request.shop.store.timezone, url)
    return _reply([only_fields(shown(row), request.pairs.get("_fields", "")) for row in found], headers=headers)


def _variations(request: RestRequest, product: str) -> Reply:
    rows = [row for row in request.shop.store.rows("variation") if row["parent_id"] == int(product)]
    return _page(request, rows)


def _refunds(request: RestRequest, order: str) -> Reply:
    found = request.shop.store.kinds["order"].get(int(order))
    if found is None:
        raise errors.invalid_id("shop_order")
    rows = [row for row in request.shop.store.rows("refund") if row["parent_id"] == found["id"]]
    return _page(request, rows, lambda row: {name: value for name, value in row.items() if name != "parent_id"})


def _one(request: RestRequest, name: str, number: str) -> Reply:
    return _object(request, _find(request, LISTS[name], number))


def _variation(request: RestRequest, product: str, number: str) -> Reply:
    found = _find(request, "variation", number)
    if found["parent_id"] != int(product):
        raise errors.invalid_id("product_variation")
    return _change(request, "variation", found) if request.method == "PUT" else _object(request, found)


def _find(request: RestRequest, kind: str, number: str) -> Row:
    found = request.shop.store.kinds[kind].get(int(number))
    if found is None:
        raise errors.invalid_id(NAMES.get(kind, kind))
    return found


def _put_product(request: RestRequest, number: str) -> Reply:
    return _change(request, "product", _find(request, "product", number))


def _change(request: RestRequest, kind: str, row: Row) -> Reply:
    _set(request, kind, row, request.json)
    return _object(request, row)


def _set(request: RestRequest, kind: str, row: Row, wanted: Row) -> None:
    for name in ("regular_price", "sale_price"):
        if name in wanted and not isinstance(wanted[name], str):
            raise errors.invalid_param(name, "rest_invalid_type", f"{name} is not of type string.")
    refusal = request.shop.refusals.get(row["id"], request.shop.refusals.get(0))
    if refusal:
        raise RestError(400, "woocommerce_rest_invalid_price", refusal)
    with request.shop.store.changing(kind, row):
        row.update({name: value for name, value in wanted.items() if name != "id"})
        row["price"] = row["sale_price"] or row["regular_price"]
        row["on_sale"] = bool(row["sale_price"])


def _batch(request: RestRequest, product: str = "") -> Reply:
    """Change many at once: products, or the variations of one."""
    wanted = request.json.get("update", [])
    if request.shop.bears is not None and len(wanted) > request.shop.bears:
        return 504, {"Content-Type": "text/html"}, b"<html>Gateway Time-out</html>"
    if len(wanted) > MOST_IN_BATCH:
        message = f"Unable to accept more than {MOST_IN_BATCH} items for this request."
        raise RestError(413, "woocommerce_rest_request_entity_too_large", message)
    return _reply({"update": [_in_batch(request, product, one) for one in wanted]})


def _in_batch(request: RestRequest, product: str, wanted: Row) -> Row:
    kind = "variation" if product else "product"
    try:
        row = _find(request, kind, str(wanted["id"]))
        if product and row["parent_id"] != int(product):
            raise errors.invalid_id("product_variation")
        _set(request, kind, row, wanted)
    except RestError as error:
        # A batch says 400 where a call by itself says 404.
        data = {**error.body["data"], "status": 400}  # type: ignore[dict-item]
        return {"id": wanted["id"], "error": {**error.body, "data": data}}
    return row


def _system_status(request: RestRequest) -> Reply:
    return _object(request, request.shop.system_status())


def _settings(request: RestRequest, group: str) -> Reply:
    values = request.shop.settings.get(group)
    if values is None:
        raise RestError(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
    shape = request.shop.store.shape("setting")
    rows = [shape | {"id": name, "value": value, "default": value} for name, value in values.items()]
    return _reply([only_fields(row, request.pairs.get("_fields", "")) for row in rows])


def _webhooks(request: RestRequest) -> Reply:
    return _page(request, [one.row for one in request.shop.webhooks.all()])


def _add_webhook(request: RestRequest) -> Reply:
    return _reply(request.shop.webhooks.add(request.json, request.shop.version).row, 201)


def _put_webhook(request: RestRequest, number: str) -> Reply:
    found = request.shop.webhooks.find(int(number))
    if found is None:
        raise errors.invalid_id("shop_webhook")
    found.row.update({name: request.json[name] for name in ("status", "name") if name in request.json})
    return _object(request, found.row)


def _delete_webhook(request: RestRequest, number: str) -> Reply:
    if request.pairs.get("force") != "true":
        raise RestError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    found = request.shop.webhooks.remove(int(number))
    if found is None:
        raise errors.invalid_id("shop_webhook")
    return _reply(found.row)


VIEWS: list[tuple[str, str, Callable[..., Reply]]] = [
    (r"(products|orders|customers|products/categories|variations|refunds)", "GET", _list),
    (r"(products|orders|customers)/([0-9]{1,18})", "GET", _one),
    (r"products/([0-9]{1,18})", "PUT", _put_product),
    (r"products/batch", "POST", _batch),
    (r"products/([0-9]{1,18})/variations/batch", "POST", _batch),
    (r"products/([0-9]{1,18})/variations", "GET", _variations),
    (r"products/([0-9]{1,18})/variations/([0-9]{1,18})", "GET", _variation),
    (r"products/([0-9]{1,18})/variations/([0-9]{1,18})", "PUT", _variation),
    (r"orders/([0-9]{1,18})/refunds", "GET", _refunds),
    (r"system_status", "GET", _system_status),
    (r"settings/([a-z]+)", "GET", _settings),
    (r"webhooks", "GET", _webhooks),
    (r"webhooks", "POST", _add_webhook),
    (r"webhooks/([0-9]{1,18})", "PUT", _put_webhook),
    (r"webhooks/([0-9]{1,18})", "DELETE", _delete_webhook),
]
