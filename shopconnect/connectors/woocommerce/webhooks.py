"""Webhooks of WooCommerce: each a hint that something changed; what holds now is then asked for.

The shop writes a payload when it sends, not when something happens, repeats its own delivery ids and tells nothing in
order. So a topic is believed only as far as which resource it names, and a deletion is asked about as well: what was
restored since would be lost by it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from json import loads
from typing import Any

from shopconnect.connectors.base import Changed, ChangeNotice, RawWebhook, ResourceType, SeenElsewhere, Webhook
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.addresses import read_address
from shopconnect.connectors.woocommerce.types import PLATFORM

# Sent unsigned as soon as a webhook is made, and again after each delivery until it is answered by 200.
PING = re.compile(rb"webhook_id=[0-9]{1,20}")
RESOURCES = {"product": ResourceType.PRODUCT, "order": ResourceType.ORDER, "customer": ResourceType.CUSTOMER}
MOST_CHARACTERS, MOST_ID = 255, 10**18


def verify(raw: RawWebhook) -> Webhook:
    """Return a webhook whose signature holds for the shop of the address, and read nothing of it before."""
    if PING.fullmatch(raw.body) and "x-wc-webhook-signature" not in raw.headers:
        return _webhook(raw, "ping", ())
    if not is_signed(raw.body, raw.headers.get("x-wc-webhook-signature", ""), webhook_secret(PLATFORM, raw.shop)):
        raise ConnectorError(PLATFORM, 401, permanent=True, detail="The signature does not hold.")
    topic = raw.headers.get("x-wc-webhook-topic", "")[:MOST_CHARACTERS]
    source = read_address(raw.headers.get("x-wc-webhook-source", ""))
    if source and source != raw.shop:  # a copy brings the secret along: what happens there did not happen here
        return _webhook(raw, topic, (SeenElsewhere(address=source),))
    resource = RESOURCES.get(topic.partition(".")[0])
    return _webhook(raw, topic, _notices(resource, _body(raw.body)) if resource else ())


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Say whether a webhook's very bytes bear this signature (base64 of an HMAC-SHA-256)."""
    made = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(made, signature.encode(errors="replace"))


def _webhook(raw: RawWebhook, topic: str, notices: tuple[ChangeNotice, ...]) -> Webhook:
    # Its own delivery id is of the second in which it was sent: others of that second have the same.
    content = hashlib.sha256(raw.headers.get("x-wc-webhook-id", "").encode() + b"\n" + raw.body).hexdigest()
    delivery_id = f"{topic}:{content}"[:MOST_CHARACTERS]
    return Webhook(platform=PLATFORM, delivery_id=delivery_id, topic=topic, shop=raw.shop, at=None, notices=notices)


def _body(raw: bytes) -> Mapping[str, Any]:
    try:
        found = loads(raw)
    except (ValueError, RecursionError) as error:
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The body is no JSON.") from error
    if not isinstance(found, dict):
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="The body is no object.")
    return found


def _notices(resource: ResourceType, body: Mapping[str, Any]) -> tuple[ChangeNotice, ...]:
    # A variation comes as a product: what we keep is the product that it is of.
    named = _id(body.get("parent_id")) if body.get("type") == "variation" else _id(body.get("id"))
    return (Changed(resource=resource, external_id=named),) if named else ()


def _id(value: Any) -> str:
    """Return an id as we keep it, "" for anything else."""
    return str(value) if type(value) is int and 0 < value < MOST_ID else ""
