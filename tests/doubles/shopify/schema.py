"""Shopify's published schema of the Admin API, and the scopes that its types and fields demand.

It comes with npm's @shopify/dev-mcp (tests/peers); nothing of it is kept here.
"""

import gzip
import json
from functools import lru_cache
from typing import Any

from graphql import GraphQLSchema, build_client_schema

from tests.peers.node import PACKAGES

VERSION = "2026-10"
FOLDER = PACKAGES / "@shopify" / "dev-mcp" / "dist" / "data"


@lru_cache(maxsize=1)
def _published() -> dict[str, Any]:
    with gzip.open(FOLDER / f"admin_{VERSION}.json.gz") as file:
        found: dict[str, Any] = json.load(file)
        return found


@lru_cache(maxsize=1)
def admin_schema() -> GraphQLSchema:
    """Return the schema, which can be executed. Shopify's own breaks a rule of GraphQL, so its validity is assumed."""
    return build_client_schema(_published()["data"], assume_valid=True)


@lru_cache(maxsize=1)
def protected_fields() -> dict[tuple[str, str], str]:
    """Return the fields that Shopify shows to apps approved for protected data of level 2 only, and what they hold."""
    return {
        (kind["name"], field["name"]): field["protectedContent"]
        for kind in _published()["data"]["__schema"]["types"]
        for field in kind["fields"] or ()
        if field["isProtected"]
    }


@lru_cache(maxsize=1)
def scopes_of_types() -> dict[str, frozenset[str]]:
    """Return the scopes that an app needs for an object type to be shown; one of them is enough."""
    rows = _published()["offline_scopes"]["items"]
    return {row["typeName"]: frozenset(row["offlineScopes"]) for row in rows if row["type"] == "type"}


@lru_cache(maxsize=1)
def scopes_of_fields() -> dict[tuple[str, str], frozenset[str]]:
    """Return the scopes that an app needs for a field of a type; one of them is enough."""
    rows = _published()["offline_scopes"]["items"]
    return {
        (row["typeName"], row["fieldName"]): frozenset(row["offlineScopes"]) for row in rows if row["type"] == "field"
    }
