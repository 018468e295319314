"""A Shopify to measure."""

import base64
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from shopconnect.connectors.base import Ability, Bulk, BulkState, Draft, ResourceType, Tokens
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.clock import now, write_time
from shopconnect.core.security.crypto import random_token
from shopconnect.platforms.registry import SignedCall
from shopconnect.platforms.shopify.bench.export_file import DRAFTS_OF_ONE, write_export

SEED, MOST_PRODUCTS = 11, 1000
REPORT_EVERY = 2000  # drafts
DOMAIN = f"bench-{os.getpid()}.myshopify.com"
SHOP = ShopDraft(name="Bench", currency="EUR", timezone="UTC", languages=("fr", "en"), hosts=(DOMAIN,))


class ShopifyBench:
    """One shop of Shopify, for as long as a bench runs."""

    drafts_of_one: Mapping[ResourceType, int] = DRAFTS_OF_ONE
    shop = SHOP
    external_id = DOMAIN
    answer_cpu_seconds = 0.0  # a file is all it answers with

    @cached_property
    def _secret(self) -> str:
        return settings.SHOPIFY_CLIENT_SECRET or random_token()

    def environment(self) -> dict[str, str]:
        """Return the variables with which a site of ours serves Shopify."""
        client_id = settings.SHOPIFY_CLIENT_ID or "bench"
        return {"SHOPIFY_CLIENT_ID": client_id, "SHOPIFY_CLIENT_SECRET": self._secret}

    def make_webhook(self, number: int) -> SignedCall:
        """Return a signed webhook of another delivery each time."""
        body = json.dumps({"id": number % MOST_PRODUCTS, "updated_at": write_time(now())})
        sign = base64.b64encode(hmac.new(self._secret.encode(), body.encode(), hashlib.sha256).digest()).decode()
        headers = {
            "topic": "products/update",
            "shop-domain": DOMAIN,
            "hmac-sha256": sign,
            "webhook-id": random_token(),
            "api-version": "2026-10",
            "triggered-at": write_time(now()),
        }
        named = {f"x-shopify-{name}": value for name, value in headers.items()}
        return SignedCall(path="/hooks/shopify", headers={"content-type": "application/json", **named}, body=body)

    def write_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> int:
        """Write an export of so many products or orders, drawn from a seed; returns how many lines it has."""
        return write_export(path, resource, count, SEED, tell)

    def serve_export(self, path: Path, resource: ResourceType, count: int, tell: Callable[[int], None]) -> Shopify:
        """Return a Shopify whose export of a resource is that file."""
        return _Near(_Export(path, resource, count, tell))


@dataclass(frozen=True, slots=True)
class _Export:
    """A file that is written already, of so many of a resource; `tell` hears how many drafts were read."""

    file: Path
    resource: ResourceType
    count: int
    tell: Callable[[int], None]


class _Near(Shopify):
    """A Shopify that is never asked over the network."""

    def __init__(self, export: "_Export") -> None:
        super().__init__(App(client_id="bench", secret="bench"))  # noqa: S106
        self._export = export

    def connect(self, shop: str, tokens: Tokens) -> ShopifyConnection:
        return _NearConnection(self.app, shop, tokens, self._export)


class _NearConnection(ShopifyConnection):
    """A shop that has one resource, in a file that is written already, and nothing else."""

    def __init__(self, app: App, shop: str, tokens: Tokens, export: "_Export") -> None:
        super().__init__(app, shop, tokens)
        self.can = frozenset({Ability.BULK, Ability.CUSTOMERS_BY_CHANGE})
        self._export = export

    def read_shop(self) -> ShopDraft:
        return SHOP

    def start_bulk(self, resource: ResourceType) -> str:
        return resource.value

    def find_bulk(self, reference: str) -> Bulk:
        is_there = reference == self._export.resource
        return Bulk(
            reference=reference,
            state=BulkState.DONE,
            url=str(self._export.file) if is_there else "",
            objects=self._export.count if is_there else 0,
        )

    def download_bulk(self, bulk: Bulk, path: Path) -> bool:
        shutil.copyfile(bulk.url, path)
        return True

    def read_bulk(self, resource: ResourceType, path: Path, skip: int = 0) -> Iterator[Draft]:
        for number, draft in enumerate(super().read_bulk(resource, path, skip), skip):
            if number % REPORT_EVERY == 0:
                self._export.tell(number)
            yield draft
