"""The file that a first sync is measured on is one that Shopify might write on our own document."""

import json
import tracemalloc
from collections import Counter
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse

from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.queries import read_query
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ProductDraft, StockDraft
from shopconnect.platforms.shopify.bench.export_file import DRAFTS_OF_ONE, write_export

KINDS = {
    "products": "Product",
    "collections": "Collection",
    "variants": "ProductVariant",
    "inventoryLevels": "InventoryLevel",
    "orders": "Order",
    "lineItems": "LineItem",
}


def written(path, count, seed=1, resource=ResourceType.PRODUCT):
    write_export(path, resource, count, seed, lambda _: None)
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def kind_of(line):
    return line["id"].split("/")[3]


def asked(selection: SelectionSetNode, kind: str, found: dict[str, Any]) -> dict[str, Any]:
    """What stands on a line of a kind, name by name; what a list holds stands on lines of its own kind."""
    line: dict[str, Any] = {}
    for field in selection.selections:
        assert isinstance(field, FieldNode)
        name, inner = field.alias.value if field.alias else field.name.value, field.selection_set
        if name in KINDS:
            node = inner.selections[0].selection_set.selections[0]
            found[KINDS[name]] = asked(node.selection_set, KINDS[name], found)
        else:
            line[name] = asked(inner, kind, found) if inner else None
    return line


def names_of(value: Any, wanted: Any) -> Any:
    """A line's names as deep as the document asks; what is null holds all of them."""
    if value is None or not wanted:
        return wanted
    if isinstance(value, list):
        return names_of(value[0], wanted) if value else wanted
    return {name: names_of(part, wanted.get(name)) for name, part in value.items()}


@pytest.mark.parametrize(
    ("document", "level", "resource"),
    [("bulk_products", 1, ResourceType.PRODUCT), ("bulk_orders", 2, ResourceType.ORDER)],
)
def test_each_line_holds_what_our_document_asks_for_and_nothing_else(document, level, resource, tmp_path):
    operation = parse(read_query(document, level, ("en",))).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    wanted: dict[str, Any] = {}
    asked(operation.selection_set, "", wanted)
    lines = written(tmp_path / "file", 40, resource=resource)
    assert set(map(kind_of, lines)) == set(wanted)
    for line in lines:
        plain = {name: value for name, value in line.items() if name != "__parentId"}
        assert names_of(plain, wanted[kind_of(line)]) == wanted[kind_of(line)]


def test_lines_stand_in_no_order_and_each_names_its_parent(tmp_path):
    lines = written(tmp_path / "file", 200)
    places = {line["id"]: place for place, line in enumerate(lines) if kind_of(line) != "Collection"}
    children = [(place, places[line["__parentId"]]) for place, line in enumerate(lines) if "__parentId" in line]
    assert Counter(kind_of(line) for line in lines if "__parentId" not in line) == {"Product": 200}
    before = sum(child < parent for child, parent in children)
    assert len(children) / 3 < before < 2 * len(children) / 3


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        written(tmp_path / name, 50, seed)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "again").read_bytes() != (tmp_path / "other").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "one", "other"]


def test_descriptions_are_a_few_hundred_characters(tmp_path):
    lengths = [len(line["description"]) for line in written(tmp_path / "file", 200) if kind_of(line) == "Product"]
    assert min(lengths) > 200
    assert max(lengths) < 800


def test_our_reader_finds_every_product_whole(tmp_path):
    written(tmp_path / "file", 300)
    connection = ShopifyConnection(App(client_id="x", secret="x"), "a.myshopify.com", Tokens(access="x"))
    drafts = list(connection.read_bulk(ResourceType.PRODUCT, tmp_path / "file"))
    products = [draft for draft in drafts if isinstance(draft, ProductDraft)]
    assert len(drafts) == 300 * DRAFTS_OF_ONE[ResourceType.PRODUCT]
    assert len({product.external_id for product in products}) == 300
    assert all(product.category and product.available for product in products)
    assert all(len(product.variants) == 2 and len(product.translations) == 1 for product in products)
    stock = {(draft.product, draft.variant, draft.location) for draft in drafts if isinstance(draft, StockDraft)}
    assert len(stock) == 300 * 4


def test_our_reader_finds_every_order_whole(tmp_path):
    written(tmp_path / "file", 300, resource=ResourceType.ORDER)
    connection = ShopifyConnection(App(client_id="x", secret="x"), "a.myshopify.com", Tokens(access="x"))
    drafts = list(connection.read_bulk(ResourceType.ORDER, tmp_path / "file"))
    assert len(drafts) == 300 * DRAFTS_OF_ONE[ResourceType.ORDER]
    assert all(len(draft.lines) == 2 for draft in drafts)


def test_writing_it_holds_no_line_in_memory(tmp_path):
    def peak(products):
        tracemalloc.start()
        write_export(tmp_path / "file", ResourceType.PRODUCT, products, 1, lambda _: None)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(1000) - peak(200) < 16 * 2 * 9 * 800  # two numbers a line
