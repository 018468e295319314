"""What is installed on Shopify's side."""

import tomllib
from typing import Any

import pytest

from tests.servers import ROOT

APP = ROOT / "shopconnect" / "connectors" / "shopify" / "app"
WORST_SCOPES = {"write_products", "write_orders", "write_customers", "read_all_orders", "write_themes"}


@pytest.fixture
def app() -> dict[str, Any]:
    """What the app's configuration says."""
    return tomllib.loads((APP / "shopify.app.toml").read_text())


def subscriptions(app: dict[str, Any]) -> list[dict[str, Any]]:
    return app["webhooks"]["subscriptions"]


def test_an_install_asks_for_nothing_that_it_can_do_without(app: dict[str, Any]):
    assert not WORST_SCOPES & set(app["access_scopes"]["scopes"].split(","))
    assert app["access_scopes"]["optional_scopes"] == ["write_products"]
    assert app["access_scopes"]["use_legacy_install_flow"] is False


def test_hooks_bring_ids_and_nothing_of_persons(app: dict[str, Any]):
    fields = {field for one in subscriptions(app) for field in one.get("include_fields", ())}
    assert fields == {"id", "updated_at", "order_id", "inventory_item_id", "location_id"}
    whole = {topic for one in subscriptions(app) if "include_fields" not in one for topic in one.get("topics", ())}
    assert whole == {"customers/merge", "app/scopes_update", "bulk_operations/finish"}


def test_what_the_law_demands_is_subscribed_to(app: dict[str, Any]):
    compliance = [one["compliance_topics"] for one in subscriptions(app) if "compliance_topics" in one]
    assert compliance == [["customers/data_request", "customers/redact", "shop/redact"]]


def test_all_hooks_come_to_one_address_of_one_version(app: dict[str, Any]):
    assert {one["uri"] for one in subscriptions(app)} == {"https://shopconnect.example/hooks/shopify"}
    assert app["webhooks"]["api_version"] == "2026-10"
