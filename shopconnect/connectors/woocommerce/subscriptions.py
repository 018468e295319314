"""Webhooks that a shop is asked for: one a topic, each signed with a secret that only this shop and we can make."""

from shopconnect.connectors.woocommerce.client import MOST_ITEMS, ShopRefused
from shopconnect.connectors.woocommerce.payloads import WooWebhook, read_resources
from shopconnect.connectors.woocommerce.reading import WooReader
from shopconnect.core.observability.log import get_logger

TOPICS = tuple(
    f"{resource}.{event}"
    for resource, events in {
        "product": ("created", "updated", "deleted", "restored"),
        "order": ("created", "updated", "deleted", "restored"),
        "customer": ("created", "updated", "deleted"),
    }.items()
    for event in events
)
ACTIVE, DISABLED = "active", "disabled"
log = get_logger(__name__)


def subscribe(reader: WooReader, address: str, secret: str) -> int:
    """Have each topic sent to an address once; returns how many topics had been switched off.

    WooCommerce switches off what failed too often, and would do so again at once if it were only switched on: so that
    is deleted and made anew.
    """
    held: set[str] = set()
    switched_off: set[str] = set()
    for one in _held(reader, address):
        if one.status == DISABLED:
            switched_off.add(one.topic)
            _delete(reader, one)
        elif one.topic in held:
            _delete(reader, one)
        else:
            held.add(one.topic)
    for topic in TOPICS:
        if topic not in held:
            _create(reader, topic, address, secret)
    return len(switched_off)


def count_alive(reader: WooReader, address: str) -> int:
    """Return how many topics are sent to an address."""
    return len({one.topic for one in _held(reader, address) if one.status == ACTIVE} & set(TOPICS))


def unsubscribe(reader: WooReader, address: str) -> None:
    """Have nothing sent to an address any more; webhooks outlive the key that made them."""
    for one in _held(reader, address):
        _delete(reader, one)


def _held(reader: WooReader, address: str) -> list[WooWebhook]:
    found: list[WooWebhook] = []
    page = 1
    while True:
        rows = reader.get("/webhooks", per_page=str(MOST_ITEMS), page=str(page), orderby="id", order="asc")
        found += [one for one in read_resources(WooWebhook, rows) if one.delivery_url == address]
        if len(rows) < MOST_ITEMS:
            return found
        page += 1


def _create(reader: WooReader, topic: str, address: str, secret: str) -> None:
    body = {"name": f"ShopConnect {topic}", "topic": topic, "delivery_url": address, "secret": secret}
    try:
        reader.send("POST", "/webhooks", body)
    except ShopRefused as error:
        if error.status != 400:  # noqa: PLR2004
            raise
        log.warning("topic_refused", topic=topic, detail=error.detail)  # an older version does not know it


def _delete(reader: WooReader, webhook: WooWebhook) -> None:
    try:
        reader.send("DELETE", f"/webhooks/{webhook.id}", force="true")
    except ShopRefused as error:
        if error.status != 404:  # noqa: PLR2004
            raise
