"""How a shop fares: what anybody can see of it, and what it tells whoever holds our key."""

from dataclasses import dataclass

from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce import subscriptions
from shopconnect.connectors.woocommerce.obstacles import Obstacle, obstacle_of
from shopconnect.connectors.woocommerce.reading import WooReader

MOST_WEBHOOKS = len(subscriptions.TOPICS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WooHealth:
    """What was found; None and "" where the shop did not say. The clock is in seconds ahead of ours."""

    obstacle: Obstacle | None
    seconds_ahead: float | None = None
    woocommerce: str = ""
    wordpress: str = ""
    runs_cron: bool | None = None
    plugin: str | None = None  # its version, "" where it is not active
    webhooks: int | None = None  # topics that are sent to us, of MOST_WEBHOOKS


def examine(reader: WooReader, shop: str, address: str) -> WooHealth:
    """Look at a shop whose webhooks go to an address; whatever stands in the way is told, and not raised."""
    look = reader.look(shop)
    if look.obstacle is not None:
        return WooHealth(obstacle=look.obstacle, seconds_ahead=look.seconds_ahead)
    try:
        environment = reader.environment()
        plugin = reader.plugin()
        webhooks = subscriptions.count_alive(reader, address)
    except ConnectorError as error:
        return WooHealth(obstacle=obstacle_of(error), seconds_ahead=look.seconds_ahead)
    return WooHealth(
        obstacle=None,
        seconds_ahead=look.seconds_ahead,
        woocommerce=environment.version,
        wordpress=environment.wp_version,
        runs_cron=environment.wp_cron,
        plugin=plugin.version if plugin else "",
        webhooks=webhooks,
    )
