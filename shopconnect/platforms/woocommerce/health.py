"""How a connected shop fares: a worker looks, and the page shows what it last found."""

from dataclasses import asdict
from datetime import timedelta

from shopconnect.connectors.woocommerce.connection import WooConnection
from shopconnect.connectors.woocommerce.health import MOST_WEBHOOKS, WooHealth
from shopconnect.connectors.woocommerce.obstacles import Obstacle
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due, is_awaited
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.woocommerce.health_lines import HealthFindings, write_lines
from shopconnect.platforms.woocommerce.models import HealthCheck
from shopconnect.platforms.woocommerce.plugin import give_key
from shopconnect.platforms.woocommerce.services import address_of
from shopconnect.platforms.woocommerce.types import StoreHealth
from shopconnect.shops.installs import connected, find_install
from shopconnect.shops.types import NotConnected
from shopconnect.sync.selectors import find_comparison, find_lag, last_webhook_at
from shopconnect.sync.subscriptions import ask_subscribing, webhook_address

KIND, NO_SUBJECT = "woo_health", 0
FRESH = timedelta(minutes=5)


def ask_check(shop_id: ShopId) -> None:
    """Have a worker look at a shop."""
    with shop_scope(shop_id):
        add_due(KIND, NO_SUBJECT)


def check(shop_id: ShopId) -> None:
    """Look at a shop and keep what is found; webhooks that are missing are made again,
    and the plugin is given its key. A second run finds the same."""
    address = webhook_address(shop_id)
    try:
        with connected(shop_id) as connection:
            if not isinstance(connection, WooConnection):
                return
            found = connection.examine(address)
            if found.plugin:
                give_key(shop_id, connection)
    except NotConnected:
        return
    with shop_scope(shop_id):
        HealthCheck.objects.update_or_create(defaults={"checked_at": now(), "found": asdict(found)})
        if found.webhooks is not None and found.webhooks < MOST_WEBHOOKS:
            ask_subscribing(shop_id)


def read_health(shop_id: ShopId) -> StoreHealth:
    """Return how a shop fares; one that nobody looked at for minutes is looked at meanwhile."""
    with shop_scope(shop_id):
        row = HealthCheck.objects.first()
        if row is None or row.checked_at < now() - FRESH:
            add_due(KIND, NO_SUBJECT)
        install = find_install()
        findings = HealthFindings(
            health=_health(row),
            needs_sign_in=install is not None and install.needs_sign_in_at is not None,
            webhook_at=last_webhook_at(),
            comparison=find_comparison(),
            lag=find_lag(),
        )
        is_checking = is_awaited(KIND)
    return StoreHealth(
        address=address_of(shop_id),
        lines=tuple(write_lines(findings)),
        checked_at=row.checked_at if row else None,
        is_checking=is_checking,
    )


def _health(row: HealthCheck | None) -> WooHealth | None:
    if row is None:
        return None
    obstacle = row.found["obstacle"]
    return WooHealth(**{**row.found, "obstacle": Obstacle(obstacle) if obstacle else None})
