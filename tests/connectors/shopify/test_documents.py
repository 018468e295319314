"""Each document is right by the published schema, needs just the scopes that we ask for, and asks for no person."""

import gzip
import json
import re
import tomllib
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.validation import NoDeprecatedCustomRule, specified_rules

from shopconnect.connectors.shopify.queries import FOLDER, read_query
from shopconnect.connectors.shopify.types import PAGE_SCOPES
from tests.doubles.shopify.webhooks import enum_of
from tests.peers.node import PACKAGES
from tests.servers import ROOT

PUBLISHED = PACKAGES / "@shopify" / "dev-mcp" / "dist" / "data"
TOML = ROOT / "shopconnect" / "connectors" / "shopify" / "app" / "shopify.app.toml"
NAMES = sorted(path.stem for path in FOLDER.glob("*.graphql"))
BULK = [name for name in NAMES if name.startswith("bulk_")]
# For what stands in no document: shoppers' pages.
OF_THE_STOREFRONT = {"write_app_proxy"}
# What this version says will go, while the field that it names instead is not there yet.
WITHOUT_SUCCESSOR = {"The field Shop.domains is deprecated. Use `domainsPaginated` instead."}
# What is asked for only when a merchant wants it.
OF_WRITING_BACK, OF_PAGES = {"set_price"}, {"pages", "policies"}


@cache
def published(version: str = "2026-10") -> dict[str, Any]:
    return json.loads(gzip.decompress((PUBLISHED / f"admin_{version}.json.gz").read_bytes()))


@cache
def schema(version: str = "2026-10") -> GraphQLSchema:
    return build_client_schema(published(version)["data"], assume_valid=True)


def document(name: str, level: int) -> str:
    return read_query(name, level, ("fr", "pt-BR"))


def fields_of(name: str, level: int) -> set[tuple[str, str, str]]:
    """The fields that a document reads: type, name, type of what comes."""
    info, found = TypeInfo(schema()), set()

    class Fields(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            parent, kind = info.get_parent_type(), info.get_type()
            found.add((parent.name, node.name.value, get_named_type(kind).name))

    visit(parse(document(name, level)), TypeInfoVisitor(info, Fields()))
    return found


@cache
def access() -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    """By type and field ("" for the type itself): scopes of which one is needed, and those needed besides."""
    return {
        (item["typeName"], item.get("fieldName", "")): (
            frozenset(item["offlineScopes"]),
            frozenset(re.findall(r"requires (\w+) access scope", item["requiredAccess"])),
        )
        for item in published()["offline_scopes"]["items"]
    }


def needs_of(names: list[str]) -> set[frozenset[str]]:
    """Sets of scopes, of each of which one must be had."""
    found = set()
    for name in names:
        for parent, field, kind in fields_of(name, 2):
            for key in ((parent, field), (kind, "")):
                one_of, besides = access().get(key, (frozenset(), frozenset()))
                found |= {one_of} - {frozenset()} | {frozenset([scope]) for scope in besides}
    return found


def needs_of_topics() -> dict[str, frozenset[str]]:
    """By topic of the app's webhooks: scopes of which Shopify demands one before it takes a deploy; none of law's."""
    subscriptions = tomllib.loads(TOML.read_text())["webhooks"]["subscriptions"]
    kinds = published()["data"]["__schema"]["types"]
    topics = next(kind for kind in kinds if kind["name"] == "WebhookSubscriptionTopic")["enumValues"]
    described = {topic["name"]: topic["description"] for topic in topics}
    return {
        topic: frozenset(re.findall(r"\b(?:read|write)_\w+", described[enum_of(topic)]))
        for one in subscriptions
        for topic in one.get("topics", ())
    }


def granted(scopes: set[str]) -> set[str]:
    """Scopes with what they bring: who may write may read."""
    return scopes | {scope.replace("write_", "read_") for scope in scopes}


@pytest.fixture
def scopes() -> dict[str, Any]:
    return tomllib.loads(TOML.read_text())["access_scopes"]


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_right_and_reads_nothing_that_will_go(name, level):
    for version in ("2026-10", "unstable"):
        rules = [*specified_rules, NoDeprecatedCustomRule] if version == "2026-10" else specified_rules
        errors = [error.message for error in validate(schema(version), parse(document(name, level)), rules)]
        assert [error for error in errors if error not in WITHOUT_SUCCESSOR] == []


def test_what_will_go_is_read_only_while_nothing_else_can_be():
    assert "domainsPaginated" not in schema().get_type("Shop").fields


def test_a_wrong_document_is_found_out():
    assert validate(schema(), parse("{ shop { nmae } }"))
    assert validate(schema(), parse("{ customers(first: 1) { nodes { email } } }"), [NoDeprecatedCustomRule])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_person_is_read_at_level_1_and_the_address_of_mail_alone_at_level_2(name):
    kept_safe = {
        (kind["name"], field["name"]): field["protectedContent"]
        for kind in published()["data"]["__schema"]["types"]
        for field in kind["fields"] or ()
        if field["isProtected"]
    }
    read = {level: {kept_safe.get(field[:2]) for field in fields_of(name, level)} for level in (1, 2)}
    assert read[1] <= {None}
    assert read[2] <= {None, "email"}


def test_the_address_of_mail_is_read_at_level_2():
    assert ("CustomerEmailAddress", "emailAddress", "String") in fields_of("bulk_customers", 2)
    assert ("Order", "email", "String") in fields_of("orders", 2)


def test_the_scopes_of_an_install_suffice_for_all_that_is_read_and_subscribed_to_and_none_is_too_much(scopes):
    asked = set(scopes["scopes"].split(","))
    needs = needs_of([name for name in NAMES if name not in OF_WRITING_BACK | OF_PAGES])
    needs |= set(needs_of_topics().values()) - {frozenset()}
    assert {need for need in needs if not need & granted(asked)} == set()
    spared = {one for one in asked - OF_THE_STOREFRONT if all(need & granted(asked - {one}) for need in needs)}
    assert spared == set()


def test_a_topic_that_demands_a_scope_of_its_own_is_found_out():
    assert needs_of_topics()["customers/merge"] == {"read_customer_merge"}
    assert needs_of_topics()["inventory_items/update"] == {"read_inventory", "read_products"}
    assert needs_of_topics()["app/uninstalled"] == frozenset()


def test_writing_back_and_pages_need_the_scopes_asked_for_only_then(scopes):
    had, optional = granted(set(scopes["scopes"].split(","))), set(scopes["optional_scopes"])
    beyond = {
        documents: {need for need in needs_of(sorted(documents)) if not need & had}
        for documents in (frozenset(OF_WRITING_BACK), frozenset(OF_PAGES))
    }
    wanted = [{"write_products"}, set(PAGE_SCOPES)]
    assert [{one for need in needs for one in need & optional} for needs in beyond.values()] == wanted
    assert all(need & optional for needs in beyond.values() for need in needs)
    assert optional == set().union(*wanted)


@pytest.mark.parametrize("name", BULK)
def test_a_bulk_query_keeps_to_its_limits(name):
    """Five connections, two of them deep below the first, an id for each that has children, none inside a list."""
    depths: list[int] = []
    inside: list[str] = []
    info = TypeInfo(schema())

    class Lists(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            kind = info.get_type()
            is_connection = get_named_type(kind).name.endswith("Connection")
            is_list = "[" in str(kind) and node.selection_set is not None and node.name.value != "edges"
            inside.append("connection" if is_connection else "list" if is_list else "")
            if is_connection:
                assert "list" not in inside
                depths.append(inside.count("connection"))
                node_fields = node.selection_set.selections[0].selection_set.selections[0].selection_set.selections
                assert "id" in [field.name.value for field in node_fields]

        def leave_field(self, *_: Any) -> None:
            inside.pop()

    visit(parse(document(name, 2)), TypeInfoVisitor(info, Lists()))
    assert len(depths) <= 5
    assert max(depths) <= 3
