"""What keeps a shop from being connected: found by looking at it as anybody may, and told by what a key opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from json import loads
from typing import Any

from shopconnect.connectors.types import AccessEnded, ConnectorError, ShopElsewhere
from shopconnect.connectors.woocommerce.addresses import read_address
from shopconnect.connectors.woocommerce.client import AGENT, BLOCKED, NO_ROUTE, NOT_FOUND, UNAUTHORIZED, ShopRefused
from shopconnect.connectors.woocommerce.payloads import WooIndex, read_resource
from shopconnect.core import http
from shopconnect.core.clock import now

NAMESPACE = "wc/v3"
PLAIN = "http://"
LOOK_SECONDS = 10.0
ONE_SECOND = timedelta(seconds=1)
FOUND = 200


class Obstacle(StrEnum):
    """What its merchant, or whoever hosts the shop, has to mend."""

    ELSEWHERE = "elsewhere"
    NO_ANSWER = "no_answer"
    NO_HTTPS = "no_https"
    FIREWALL = "firewall"
    PLAIN_PERMALINKS = "plain_permalinks"
    NO_WOOCOMMERCE = "no_woocommerce"
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Look:
    """What anybody can see of a shop: what stands in the way, and by how many seconds its clock is ahead of ours.

    The clock is None where nobody answered with a time of its own.
    """

    obstacle: Obstacle | None
    seconds_ahead: float | None = None


def find_obstacle(origin: str, shop: str) -> Obstacle | None:
    """Look at a shop before its merchant is sent there; None where nothing that anybody can see stands in the way."""
    return look_at(origin, shop).obstacle


def look_at(origin: str, shop: str) -> Look:
    """Look at a shop as anybody may."""
    began = now()
    try:
        answer = _look(f"{origin}/wp-json/")
    except http.NetworkRefused:
        return Look(Obstacle.ELSEWHERE)
    except http.NetworkError:
        return Look(Obstacle.NO_HTTPS if _answers(origin.replace("https://", PLAIN, 1)) else Obstacle.NO_ANSWER)
    return Look(_obstacle_in(answer, origin, shop), _seconds_ahead(answer, began, now()))


def _obstacle_in(answer: http.HttpAnswer, origin: str, shop: str) -> Obstacle | None:
    index = _index(answer)
    if index is None:
        return _without_index(origin, answer.status)
    if index.home.startswith(PLAIN) or index.url.startswith(PLAIN):
        return Obstacle.NO_HTTPS
    if read_address(index.home) != shop:
        return Obstacle.ELSEWHERE
    return None if NAMESPACE in index.namespaces else Obstacle.NO_WOOCOMMERCE


def obstacle_of(error: ConnectorError) -> Obstacle:
    """Return what an error of a key that a shop just gave us tells."""
    if isinstance(error, ShopElsewhere):
        return Obstacle.ELSEWHERE
    if error.detail == BLOCKED:
        return Obstacle.FIREWALL
    if isinstance(error, AccessEnded) or error.status == UNAUTHORIZED:
        return Obstacle.KEY_REFUSED
    if isinstance(error, ShopRefused) and error.code == NO_ROUTE:
        return Obstacle.NO_WOOCOMMERCE
    return Obstacle.NO_ANSWER if error.status is None else Obstacle.FAILING


def _look(url: str, **params: str) -> http.HttpAnswer:
    headers = {"User-Agent": AGENT, "Accept": "application/json"}
    return http.call("GET", url, headers=headers, params=params, read_seconds=LOOK_SECONDS, again=False)


def _seconds_ahead(answer: http.HttpAnswer, began: datetime, ended: datetime) -> float | None:
    """Return how far the date of an answer lies outside the time in which it was made; dates have no fractions."""
    try:
        said = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    if said.tzinfo is None or "age" in answer.headers:  # a cache on the way kept it: the date is of then
        return None
    if said + ONE_SECOND < began:
        return (said + ONE_SECOND - began).total_seconds()
    return max(0.0, (said - ended).total_seconds())


def _answers(url: str) -> bool:
    try:
        _look(url)
    except http.NetworkError:
        return False
    return True


def _index(answer: http.HttpAnswer) -> WooIndex | None:
    """Return what WordPress says of itself, None where somebody else answered."""
    try:
        found: Any = loads(answer.body)
    except ValueError:
        return None
    is_index = answer.status == FOUND and isinstance(found, dict) and "namespaces" in found
    return read_resource(WooIndex, found) if is_index else None


def _without_index(origin: str, status: int) -> Obstacle:
    if status != NOT_FOUND:
        return Obstacle.FIREWALL
    try:
        is_plain = _index(_look(f"{origin}/", rest_route="/")) is not None
    except http.NetworkError:
        is_plain = False
    return Obstacle.PLAIN_PERMALINKS if is_plain else Obstacle.NO_WOOCOMMERCE
