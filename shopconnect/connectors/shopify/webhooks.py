"""Webhooks of Shopify: their signature, and what each topic tells of."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any

from shopconnect.connectors.base import (
    BulkDone,
    Changed,
    ChangeNotice,
    CustomersMerged,
    Deleted,
    PrivacyRequested,
    PrivacyRequestKind,
    RawWebhook,
    ResourceType,
    ScopesChanged,
    Uninstalled,
    Webhook,
)
from shopconnect.connectors.shopify.signatures import find_shop_domain, is_signed_webhook
from shopconnect.connectors.shopify.types import PLATFORM, App
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now, read_time
from shopconnect.core.security.crypto import keyed_hash, person_key

Body = Mapping[str, Any]
ReadNotices = Callable[[Body], tuple[ChangeNotice, ...]]

MOST_CHARACTERS = 255
# What takes a shop's rows away is done once, soon after it was asked for: Shopify tries again for hours, not for days.
ERASING, ERASING_HOLDS = frozenset({"app/uninstalled", "customers/redact", "shop/redact"}), timedelta(days=3)


def verify(app: App, raw: RawWebhook) -> Webhook:
    """Return a webhook whose signature holds, and read nothing of it before.

    Raises ConnectorError: 401 for a signature that is missing or wrong (also of a test sent from Shopify's pages, which
    is signed with another secret), 400 for one that is signed and makes no sense.
    """
    if not is_signed_webhook(app, raw.body, _header(raw, "hmac-sha256")):
        raise ConnectorError(PLATFORM, 401, permanent=True, detail="The signature does not hold.")
    topic, shop = _header(raw, "topic").lower(), find_shop_domain(_header(raw, "shop-domain"))
    if not topic or not shop:
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The topic or the shop is missing.")
    read, at = TOPICS.get(topic), _time(_header(raw, "triggered-at"))
    body = _body(raw.body) if read else {}
    _refuse_anothers(body, shop, must_name_it=topic in ERASING)
    if topic in ERASING and (at is None or at < now() - ERASING_HOLDS):
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="It asks to erase, and is too old to be sent again.")
    return Webhook(
        platform=PLATFORM,
        delivery_id=_delivery(raw, topic),
        topic=topic[:MOST_CHARACTERS],
        shop=shop,
        at=at,
        notices=read(body) if read else (),
    )


def _refuse_anothers(body: Body, shop: str, *, must_name_it: bool) -> None:
    """Raise ConnectorError where a body names another shop than the headers, which nobody signs, or none and must."""
    named = [body[field] for field in ("shop_domain", "myshopify_domain") if field in body]
    if must_name_it and not named:
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="It asks to erase, and its body names no shop.")
    if any(not isinstance(one, str) or find_shop_domain(one) != shop for one in named):
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The body names another shop than the headers.")


def _header(raw: RawWebhook, name: str) -> str:
    """Return a header of either family."""
    return (raw.headers.get(f"x-shopify-{name}") or raw.headers.get(f"shopify-{name}") or "").strip()


def _delivery(raw: RawWebhook, topic: str) -> str:
    """Return what stays the same when a webhook is sent again; a body without an id stands for itself."""
    named = _header(raw, "webhook-id")
    return f"{topic}:{named or keyed_hash(raw.body.decode(errors='replace'))}"[:MOST_CHARACTERS]


def _time(text: str) -> datetime | None:
    """Read a time of up to nine decimals, of which six are kept."""
    whole, dot, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    try:
        return read_time(f"{whole}{dot}{digits[:6]}{rest[len(digits) :]}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _body(raw: bytes) -> Body:
    """Read an object; a blank before it is refused.

    For Shopify signs queries with the same secret, and a merchant who chooses words of one could have it pass for JSON:
    its words are sorted, so that it begins with a blank, if not with a letter.
    """
    if not raw.startswith(b"{"):
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The body is no object.")
    try:
        found: Body = loads(raw)
    except (ValueError, RecursionError) as error:
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The body is no JSON.") from error
    return found


def _id(value: Any) -> str:
    """Return an id as we keep it: a number, or the number at the end of a global id; "" for anything else."""
    text = str(value).rpartition("/")[2].partition("?")[0] if isinstance(value, int | str) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""  # noqa: PLR2004


def _changed(resource: ResourceType, field: str = "id") -> ReadNotices:
    def read(body: Body) -> tuple[ChangeNotice, ...]:
        named = _id(body.get(field))
        return (Changed(resource=resource, external_id=named),) if named else ()

    return read


def _deleted(resource: ResourceType) -> ReadNotices:
    def read(body: Body) -> tuple[ChangeNotice, ...]:
        named = _id(body.get("id"))
        return (Deleted(resource=resource, external_id=named),) if named else ()

    return read


def _merged(body: Body) -> tuple[ChangeNotice, ...]:
    """Move what was of the customer that went, and ask for both: the platform may not know that one any more."""
    kept, merged = (_id(body.get(f"admin_graphql_api_customer_{which}_id")) for which in ("kept", "deleted"))
    asked = tuple(Changed(resource=ResourceType.CUSTOMER, external_id=one) for one in (kept, merged) if one)
    is_done = kept and merged and str(body.get("status")).lower() == "completed"
    return (CustomersMerged(kept=kept, merged=merged), *asked) if is_done else asked


def _bulk_done(body: Body) -> tuple[ChangeNotice, ...]:
    operation = _id(body.get("admin_graphql_api_id"))
    return (BulkDone(reference=f"gid://shopify/BulkOperation/{operation}"),) if operation else ()


def _privacy_requested(kind: PrivacyRequestKind, orders: str) -> ReadNotices:
    def read(body: Body) -> tuple[ChangeNotice, ...]:
        customer = body.get("customer") if isinstance(body.get("customer"), dict) else {}
        request = body.get("data_request") if isinstance(body.get("data_request"), dict) else {}
        email = customer.get("email") if isinstance(customer, dict) else None
        named = body.get(orders) if isinstance(body.get(orders), list) else []
        return (
            PrivacyRequested(
                kind=kind,
                reference=_id(request.get("id")) if isinstance(request, dict) else "",
                customer=_id(customer.get("id")) if isinstance(customer, dict) else "",
                person_key=person_key(email.encode(errors="replace").decode()) if isinstance(email, str) else None,
                orders=tuple(filter(None, map(_id, named or ()))),
            ),
        )

    return read


def _shop_changed(_: Body) -> tuple[ChangeNotice, ...]:
    return (Changed(resource=ResourceType.SHOP, external_id=""),)


# A collection names no products, and gives only the last of a product's three possible categories: a new name of it
# comes with each product's next change. Topics that are not here notice at nothing.
TOPICS: Mapping[str, ReadNotices] = {
    "products/create": _changed(ResourceType.PRODUCT),
    "products/update": _changed(ResourceType.PRODUCT),
    "products/delete": _deleted(ResourceType.PRODUCT),
    "inventory_levels/update": _changed(ResourceType.STOCK_ITEM, "inventory_item_id"),
    "inventory_items/update": _changed(ResourceType.STOCK_ITEM),
    "orders/create": _changed(ResourceType.ORDER),
    "orders/updated": _changed(ResourceType.ORDER),
    "orders/paid": _changed(ResourceType.ORDER),
    "orders/cancelled": _changed(ResourceType.ORDER),
    "orders/delete": _deleted(ResourceType.ORDER),
    "refunds/create": _changed(ResourceType.ORDER, "order_id"),
    "customers/create": _changed(ResourceType.CUSTOMER),
    "customers/update": _changed(ResourceType.CUSTOMER),
    "customers/delete": _deleted(ResourceType.CUSTOMER),
    "customers/merge": _merged,
    "shop/update": _shop_changed,
    "domains/create": _shop_changed,
    "domains/update": _shop_changed,
    "domains/destroy": _shop_changed,
    "app/uninstalled": lambda _: (Uninstalled(),),
    "app/scopes_update": lambda _: (ScopesChanged(),),
    "bulk_operations/finish": _bulk_done,
    "customers/data_request": _privacy_requested(PrivacyRequestKind.DATA_REQUEST, "orders_requested"),
    "customers/redact": _privacy_requested(PrivacyRequestKind.REDACT_CUSTOMER, "orders_to_redact"),
    "shop/redact": _privacy_requested(PrivacyRequestKind.REDACT_SHOP, ""),
}
