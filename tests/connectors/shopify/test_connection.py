"""One shop on Shopify: lists go on where they were cut, refunds are asked for, prices are set once."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shopconnect.connectors.base import Bulk, BulkState, ResourceType
from shopconnect.connectors.shopify import connection as rooms
from shopconnect.connectors.shopify.places import MOST_SEEN
from shopconnect.connectors.types import ConnectorError, OrderDraft, OrderKind, ProductDraft, StockDraft
from shopconnect.core import http
from tests.connectors.shopify.answers import refused
from tests.connectors.shopify.rows import CUSTOMER, ORDER, PRODUCT, REFUND, SHOP, changed
from tests.connectors.shopify.shops import ScriptedShop

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
NO_MORE = {"hasNextPage": False, "endCursor": None}


@pytest.fixture(autouse=True)
def _loopback():
    http.configure(allow_loopback=True)


def nodes_of(*rows):
    known = {row["id"]: row for row in rows}
    return lambda variables: {"nodes": [known.get(one) for one in variables["ids"]]}


def test_things_are_fetched_by_number_and_what_is_not_there_is_missing(connect):
    shop = ScriptedShop(Products=nodes_of(PRODUCT))
    found = connect(shop).fetch(ResourceType.PRODUCT, ["632910392", "7", "632910392", "seven", ""])
    assert [type(draft) for draft in found.drafts] == [ProductDraft, StockDraft, StockDraft]
    assert found.missing == ("7", "seven", "")
    assert shop.asked[1][1]["ids"] == ["gid://shopify/Product/632910392", "gid://shopify/Product/7"]


def test_the_stock_of_a_variant_gives_the_product_it_is_of_once(connect):
    def item(number, product):
        variants = {"nodes": [{"product": {"id": f"gid://shopify/Product/{product}"}}]}
        return {"id": f"gid://shopify/InventoryItem/{number}", "variants": variants}

    lone = {"id": "gid://shopify/InventoryItem/9", "variants": None}
    shop = ScriptedShop(StockItems=nodes_of(item(7, 632910392), item(8, 632910392), lone), Products=nodes_of(PRODUCT))
    found = connect(shop).fetch(ResourceType.STOCK_ITEM, ["7", "8", "9", "10"])
    assert [draft.external_id for draft in found.drafts if isinstance(draft, ProductDraft)] == ["632910392"]
    assert found.missing == ("10",)
    assert shop.asked[-1][1]["ids"] == ["gid://shopify/Product/632910392"]


def test_nothing_is_asked_for_nothing(connect):
    shop = ScriptedShop()
    assert connect(shop).fetch(ResourceType.CUSTOMER, ["seven"]).missing == ("seven",)
    assert shop.asked == []


def test_words_are_asked_in_the_shops_languages_and_ours_without_its_own(connect):
    localization = {"defaultLocale": "fr", "alternateLocales": ["nl", "pt-BR"]}
    spoken = changed(SHOP, primaryDomain={"host": "a", "localization": localization})
    seen = []
    shop = ScriptedShop(Shop={"shop": spoken}, Products=nodes_of())
    connection = connect(lambda asked: seen.append(asked.query) or shop(asked))
    connection.fetch(ResourceType.PRODUCT, ["1"])
    assert re.findall(r'(\w+): translations\(locale: "([\w-]+)"\)', seen[1]) == [
        ("words_en", "en"),
        ("words_nl", "nl"),
        ("words_pt_BR", "pt-BR"),
    ]


def test_a_lot_that_costs_too_much_is_halved_until_it_passes_and_nothing_is_left_out(connect):
    customers = [changed(CUSTOMER, id=f"gid://shopify/Customer/{number}") for number in range(1, 251)]
    answer = nodes_of(*customers)
    shop = ScriptedShop(
        Customers=lambda asked: refused("MAX_COST_EXCEEDED") if len(asked["ids"]) > 30 else answer(asked)
    )
    found = connect(shop).fetch(ResourceType.CUSTOMER, [str(number) for number in range(1, 251)])
    assert [draft.external_id for draft in found.drafts] == [str(number) for number in range(1, 251)]
    assert [len(asked["ids"]) for _, asked in shop.asked] == [100, 50, *[25] * 10]


def test_one_thing_that_costs_too_much_is_an_error_and_no_endless_round(connect):
    with pytest.raises(ConnectorError, match="MAX_COST"):
        connect(ScriptedShop(Customers=refused("MAX_COST_EXCEEDED"))).fetch(ResourceType.CUSTOMER, ["1"])


def test_variants_and_levels_that_did_not_come_with_their_product_are_asked_for(connect):
    variants = [
        changed(PRODUCT["variants"]["nodes"][0], id=f"gid://shopify/ProductVariant/{number}", position=number)
        for number in range(1, 8)
    ]
    level = PRODUCT["variants"]["nodes"][1]["inventoryItem"]["inventoryLevels"]["nodes"][0]
    variants[6]["inventoryItem"]["inventoryLevels"] = {
        "nodes": [level],
        "pageInfo": {"hasNextPage": True, "endCursor": "l"},
    }
    pages = {"v1": (variants[3:6], "v2"), "v2": (variants[6:], None)}

    def more_variants(asked):
        found, cursor = pages[asked["after"]]
        page = {"nodes": found, "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}}
        return {"node": {"variants": page}}

    second = changed(
        level, id="gid://shopify/InventoryLevel/9?inventory_item_id=8", location={"id": "gid://shopify/Location/9"}
    )
    shop = ScriptedShop(
        Products=nodes_of(
            changed(PRODUCT, variants={"nodes": variants[:3], "pageInfo": {"hasNextPage": True, "endCursor": "v1"}})
        ),
        MoreVariants=more_variants,
        MoreLevels={"node": {"inventoryLevels": {"nodes": [second], "pageInfo": NO_MORE}}},
    )
    product, *stock = connect(shop).fetch(ResourceType.PRODUCT, ["632910392"]).drafts
    assert [variant.external_id for variant in product.variants] == [str(number) for number in range(1, 8)]
    assert [(one.variant, one.location) for one in stock] == [("7", "2"), ("7", "9")]
    assert product.variants[6].stock == 14


def test_orders_come_with_their_refunds_and_all_their_lines(connect):
    first, rest = ORDER["lineItems"]["nodes"][:1], ORDER["lineItems"]["nodes"][1:]
    cut = changed(ORDER, lineItems={"nodes": first, "pageInfo": {"hasNextPage": True, "endCursor": "c"}})
    refund_lines = REFUND["refundLineItems"]["nodes"]
    shop = ScriptedShop(
        Orders=nodes_of(cut),
        Refunds=nodes_of(
            changed(REFUND, refundLineItems={"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "r"}})
        ),
        MoreLines={"node": {"lineItems": {"nodes": rest, "pageInfo": NO_MORE}}},
        MoreRefundLines={"node": {"refundLineItems": {"nodes": refund_lines, "pageInfo": NO_MORE}}},
    )
    order, refund = connect(shop).fetch(ResourceType.ORDER, ["450789469"]).drafts
    assert [line.external_id for line in order.lines] == ["1", "2"]
    assert (refund.kind, refund.refunds, len(refund.lines)) == (OrderKind.REFUND, "450789469", 1)


def test_what_changed_comes_page_by_page_oldest_first(connect):
    pages = {None: ("c1", True), "c1": ("c2", False)}

    def changes(asked):
        cursor, more = pages[asked["after"]]
        return {"customers": {"nodes": [CUSTOMER], "pageInfo": {"hasNextPage": more, "endCursor": cursor}}}

    shop = ScriptedShop(CustomersChanged=changes)
    connection = connect(shop)
    page = connection.list_changed(ResourceType.CUSTOMER, SINCE)
    assert (len(page.items), page.next_cursor) == (1, "2026-11-01T00:00:00Z 1 c1")
    assert connection.list_changed(ResourceType.CUSTOMER, SINCE, page.next_cursor).next_cursor == ""
    assert {asked["query"] for _, asked in shop.asked} == {"updated_at:>='2026-11-01T00:00:00Z'"}


def test_before_shopify_refuses_to_page_on_changes_are_asked_for_from_the_last_that_was_seen(connect):
    rows = {"nodes": [CUSTOMER], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}
    shop = ScriptedShop(CustomersChanged={"customers": rows})
    connection = connect(shop)
    page = connection.list_changed(ResourceType.CUSTOMER, SINCE, f"2026-11-01T00:00:00Z {MOST_SEEN - 1} b")
    assert page.next_cursor == f"2026-11-01T00:00:00Z {MOST_SEEN} c"
    page = connection.list_changed(ResourceType.CUSTOMER, SINCE, page.next_cursor)
    assert page.next_cursor == f"{CUSTOMER['updatedAt']} 0 "
    connection.list_changed(ResourceType.CUSTOMER, SINCE, page.next_cursor)
    assert (shop.asked[-1][1]["after"], shop.asked[-1][1]["query"]) == (None, f"updated_at:>='{CUSTOMER['updatedAt']}'")


def test_more_changes_in_one_second_than_shopify_pages_through_are_no_endless_round(connect):
    rows = {"nodes": [CUSTOMER], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}
    cursor = f"{CUSTOMER['updatedAt']} {MOST_SEEN} b"
    page = connect(ScriptedShop(CustomersChanged={"customers": rows})).list_changed(
        ResourceType.CUSTOMER, SINCE, cursor
    )
    assert page.next_cursor == f"{CUSTOMER['updatedAt']} {MOST_SEEN + 1} c"


@pytest.mark.parametrize("cursor", ["eyJpZCI6MX0=", "a b c", "a b"])
def test_a_place_that_is_none_of_ours_is_the_beginning(connect, cursor):
    shop = ScriptedShop(
        CustomersChanged={"customers": {"nodes": [], "pageInfo": NO_MORE}},
        CustomersIds={"customers": {"nodes": [], "pageInfo": NO_MORE}},
    )
    connection = connect(shop)
    assert connection.list_changed(ResourceType.CUSTOMER, SINCE, cursor).next_cursor == ""
    assert connection.list_ids(ResourceType.CUSTOMER, cursor).next_cursor == ""
    assert [(asked["after"], asked["query"]) for _, asked in shop.asked] == [
        (None, "updated_at:>='2026-11-01T00:00:00Z'"),
        (None, ""),
    ]


def test_ids_come_250_at_a_time_each_page_after_the_last_id_that_was_seen(connect):
    ids = {
        "nodes": [{"id": "gid://shopify/Order/1"}, {"id": "gid://shopify/Order/20"}],
        "pageInfo": {"hasNextPage": True, "endCursor": "c"},
    }
    shop = ScriptedShop(OrdersIds={"orders": ids})
    connection = connect(shop)
    page = connection.list_ids(ResourceType.ORDER)
    assert (page.items, page.next_cursor, shop.asked[0][1]["first"]) == (("1", "20"), "20", 250)
    connection.list_ids(ResourceType.ORDER, page.next_cursor)
    assert [(asked["after"], asked["query"]) for _, asked in shop.asked] == [(None, ""), (None, "id:>=21")]


def test_how_much_there_is_of_a_product_comes_beside_its_id_without_another_question(connect):
    rows = [
        {"id": "gid://shopify/Product/1", "totalInventory": 7},
        {"id": "gid://shopify/Product/2", "totalInventory": -1},
    ]
    shop = ScriptedShop(ProductsIds={"products": {"nodes": rows, "pageInfo": NO_MORE}})
    page = connect(shop).list_ids(ResourceType.PRODUCT)
    assert (page.items, page.stock) == (("1", "2"), {"1": Decimal(7), "2": Decimal(-1)})
    assert len(shop.asked) == 1


@pytest.mark.parametrize("resource", [ResourceType.PRODUCT, ResourceType.CUSTOMER, ResourceType.ORDER])
@pytest.mark.parametrize("level", [1, 2])
def test_a_bulk_query_is_one_operation_that_obeys_shopifys_limits(resource, level, connect):
    started = {"bulkOperation": {"id": "gid://shopify/BulkOperation/720918"}, "userErrors": []}
    shop = ScriptedShop(StartBulk={"bulkOperationRunQuery": started})
    assert connect(shop, level=level).start_bulk(resource) == "gid://shopify/BulkOperation/720918"
    query = shop.asked[-1][1]["query"]
    assert query.count("edges {") <= 5
    assert not re.search(r"\.\.\.|\$|\bnodes\b|first:", query)
    assert bool(re.search(r"\bemail(Address)?\b", query)) is (level == 2 and resource is not ResourceType.PRODUCT)


def test_a_bulk_that_finds_no_place_may_be_tried_later_and_one_that_is_wrong_may_not(connect):
    def refusing(code):
        return ScriptedShop(
            StartBulk={"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [{"code": code, "message": "m"}]}}
        )

    with pytest.raises(ConnectorError) as busy:
        connect(refusing("LIMIT_REACHED")).start_bulk(ResourceType.CUSTOMER)
    assert (busy.value.permanent, busy.value.retry_after, busy.value.detail) == (False, 60, "m")
    with pytest.raises(ConnectorError) as wrong:
        connect(refusing("INVALID")).start_bulk(ResourceType.CUSTOMER)
    assert wrong.value.permanent is True


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"status": "CREATED"}, {"state": BulkState.RUNNING}),
        ({"status": "RUNNING", "objectCount": "12"}, {"state": BulkState.RUNNING, "objects": 12}),
        ({"status": "CANCELING"}, {"state": BulkState.RUNNING}),
        (
            {"status": "COMPLETED", "objectCount": "7", "url": "https://s/x"},
            {"state": BulkState.DONE, "objects": 7, "url": "https://s/x"},
        ),
        ({"status": "COMPLETED", "objectCount": "0", "url": None}, {"state": BulkState.DONE}),
        (
            {"status": "FAILED", "errorCode": "TIMEOUT", "partialDataUrl": "https://s/p"},
            {"state": BulkState.FAILED, "url": "https://s/p", "detail": "TIMEOUT"},
        ),
        ({"status": "CANCELED"}, {"state": BulkState.FAILED, "detail": "CANCELED"}),
        ({"status": "EXPIRED"}, {"state": BulkState.FAILED, "detail": "EXPIRED"}),
        (None, {"state": BulkState.FAILED, "detail": "NOT_FOUND"}),
    ],
)
def test_a_bulk_says_how_far_it_is(operation, expected, connect):
    connection = connect(ScriptedShop(FindBulk={"bulkOperation": operation}))
    assert connection.find_bulk("gid://shopify/BulkOperation/1") == Bulk(
        reference="gid://shopify/BulkOperation/1", **expected
    )


def test_a_bulk_of_nothing_is_an_empty_file(connect, tmp_path):
    connection = connect(ScriptedShop())
    connection.download_bulk(Bulk(reference="r", state=BulkState.DONE), tmp_path / "file")
    assert list(connection.read_bulk(ResourceType.PRODUCT, tmp_path / "file")) == []


@pytest.mark.parametrize(("status", "permanent"), [(403, True), (404, True), (429, False), (503, False), (None, False)])
def test_a_file_that_cannot_be_had_says_whether_it_ever_can(status, permanent, connect, tmp_path, monkeypatch):
    def download(url, path):
        if status is None:
            raise http.NetworkError
        return http.Download(status, is_whole=False)

    monkeypatch.setattr(rooms.http, "download", download)
    with pytest.raises(ConnectorError) as told:
        connect(ScriptedShop()).download_bulk(
            Bulk(reference="r", state=BulkState.DONE, url="https://s/x"), tmp_path / "file"
        )
    assert (told.value.status, told.value.permanent) == (status, permanent)


def test_refunds_of_a_bulk_file_are_asked_for_on_the_way(connect, tmp_path):
    lines = [line | {"__parentId": ORDER["id"]} for line in ORDER["lineItems"]["nodes"]]
    root = {name: value for name, value in ORDER.items() if name != "lineItems"}
    other = changed(root, id="gid://shopify/Order/2", refunds=[])
    (tmp_path / "file").write_text("\n".join(map(json.dumps, [*lines, other, root])))
    shop = ScriptedShop(Refunds=nodes_of(REFUND))
    drafts = list(connect(shop).read_bulk(ResourceType.ORDER, tmp_path / "file"))
    assert [(draft.kind, draft.external_id) for draft in drafts] == [
        (OrderKind.ORDER, "2"),
        (OrderKind.ORDER, "450789469"),
        (OrderKind.REFUND, "509562969"),
    ]
    assert (len(drafts[1].lines), shop.names()) == (2, ["Refunds"])
    whole = (
        connect(ScriptedShop(Orders=nodes_of(ORDER), Refunds=nodes_of(REFUND)))
        .fetch(ResourceType.ORDER, ["450789469"])
        .drafts
    )
    assert tuple(drafts[1:]) == whole
    assert all(isinstance(draft, OrderDraft) for draft in drafts)


@pytest.mark.parametrize(("scopes", "wanted"), [(("read_orders",), "created_at:>="), (("read_all_orders",), "")])
def test_orders_that_may_not_be_seen_are_not_counted(connect, scopes, wanted):
    shop = ScriptedShop(OrdersCount=lambda variables: {"found": {"count": 12_345}})
    assert connect(shop, scopes=scopes).count(ResourceType.ORDER) == 12_345
    assert shop.asked[-1][1]["query"].startswith(wanted)
