"""A WooCommerce to measure."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.connectors.secrets import webhook_secret
from shopconnect.connectors.types import ShopDraft
from shopconnect.connectors.woocommerce.client import WooClient
from shopconnect.connectors.woocommerce.connection import WooConnection
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.clock import now, write_time
from shopconnect.platforms.registry import SignedCall
from shopconnect.platforms.woocommerce.bench.answers import ShopAnswers
from shopconnect.platforms.woocommerce.bench.rows import write_rows

SEED, MOST_PRODUCTS = 11, 1000
HOST = f"bench-{os.getpid()}.example"


class WooBench:
    """One shop on WooCommerce, for as long as a bench runs."""

    drafts_of_one: Mapping[ResourceType, int] = {ResourceType.PRODUCT: 1, ResourceType.ORDER: 1}
    shop = ShopDraft(name="Bench", currency="EUR", timezone="UTC", hosts=(HOST,))
    external_id = HOST

    def __init__(self) -> None:
        self.answer_cpu_seconds = 0.0

    def environment(self) -> dict[str, str]:
        """Return nothing: a site of ours serves WooCommerce without settings."""
        return {}

    def make_webhook(self, number: int) -> SignedCall:
        """Return a signed webhook of another delivery each time."""
        body = json.dumps({"id": 1 + number % MOST_PRODUCTS, "number": number, "date": write_time(now())})
        sign = hmac.new(webhook_secret(PLATFORM, HOST).encode(), body.encode(), hashlib.sha256).digest()
        headers = {
            "x-wc-webhook-source": f"https://{HOST}/",
            "x-wc-webhook-topic": "product.updated",
            "x-wc-webhook-signature": base64.b64encode(sign).decode(),
            "x-wc-webhook-id": "1",
        }
        path = f"/hooks/{PLATFORM}/{HOST}"
        return SignedCall(path=path, headers={"content-type": "application/json", **headers}, body=body)

    def write_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> int:
        """Write the rows of a shop of so many products or orders, drawn from a seed; returns how many."""
        return write_rows(path, resource, count, SEED, tell)

    def serve_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> WooCommerce:
        """Return a WooCommerce that answers from that file."""
        return _Near(ShopAnswers(path, resource, HOST), self._ask_timed, tell)

    def _ask_timed(self, ask: Callable[[], bytes]) -> bytes:
        began = time.thread_time()
        try:
            return ask()
        finally:
            self.answer_cpu_seconds += time.thread_time() - began


class _Near(WooCommerce):
    """A WooCommerce that is never asked over the network; `tell` hears how many rows it was asked for."""

    def __init__(
        self, answers: ShopAnswers, timed: Callable[[Callable[[], bytes]], bytes], tell: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._answers, self._timed, self._tell = answers, timed, tell

    def connect(self, shop: str, tokens: Tokens) -> WooConnection:
        return WooConnection(shop, tokens, _NearClient(self.origin.format(shop=shop), tokens, self._get))

    def _get(self, path: str, params: Mapping[str, str]) -> bytes:
        body = self._timed(lambda: self._answers.answer(path, params))
        self._tell(self._answers.listed)
        return body


class _NearClient(WooClient):
    """A client that has its answers as bytes from this process, and reads them as any."""

    def __init__(self, origin: str, tokens: Tokens, ask: Callable[[str, Mapping[str, str]], bytes]) -> None:
        super().__init__(origin, tokens)
        self._near = ask

    def get(self, path: str, **params: str) -> object:
        return json.loads(self._near(path, params))

    def count(self, path: str) -> int:
        """Return 0: answers that never went over the network have no headers, and nobody watches a bar."""
        return 0
