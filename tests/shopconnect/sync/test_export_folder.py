"""Taking a shop out: the same shop gives the same bytes, and a folder in use is left alone."""

import gzip
import json
from datetime import UTC, datetime

import pytest
import time_machine

from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.sync.services import export_folder, load_folder
from tests.shopconnect.sync.folders import PICTURE, awkward_folder, files_of, plain_folder


def lines(content: bytes) -> list[dict]:
    return [json.loads(line) for line in content.decode().splitlines()]


def test_exporting_what_was_loaded_from_an_export_gives_the_same_bytes(db, tmp_path):
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        first = load_folder("one", awkward_folder(tmp_path / "in")).shop_id
        report = export_folder(first, tmp_path / "a")
    with time_machine.travel(datetime(2027, 5, 1, tzinfo=UTC)):
        again = load_folder("two", tmp_path / "a")
        export_folder(again.shop_id, tmp_path / "b")
    assert again.problems == ()
    exported = files_of(tmp_path / "a")
    assert files_of(tmp_path / "b") == exported
    assert set(exported) >= {
        "shop.jsonl",
        "settings.jsonl",
        "products.jsonl.gz",
        "prices.jsonl.gz",
        "stock.jsonl.gz",
        "customers.jsonl.gz",
        "orders.jsonl.gz",
        "consents.jsonl",
        "events.jsonl.gz",
        "images/thé vert.svg",
    }
    assert report.counts["orders"] == 7
    assert exported["images/thé vert.svg"] == PICTURE


def test_an_export_says_what_was_loaded(db, tmp_path):
    shop_id = load_folder("one", awkward_folder(tmp_path / "in")).shop_id
    export_folder(shop_id, tmp_path / "a")
    exported = {
        name: lines(gzip.decompress(content) if name.endswith(".gz") else content)
        for name, content in files_of(tmp_path / "a").items()
        if "jsonl" in name
    }
    orders = exported["orders.jsonl.gz"]
    assert [order["id"] for order in orders] == ["1", "2", "3", "4", "5", "1", "6"]
    assert orders[0]["lines"][0] == {
        "product": "tea",
        "quantity": 3,
        "price": "4.50",
        "variant": "100g",
        "discount": "1.00",
    }
    assert orders[1] == {
        "id": "2",
        "kind": "order",
        "placed_at": "2026-01-06T10:00:00Z",
        "currency": "EUR",
        "email": "guest@example.fr",
        "lines": [{"product": "tea", "quantity": 0.25, "price": "39.000004", "id": "line-1"}],
    }
    assert orders[5]["refunds"] == "1"
    assert exported["customers.jsonl.gz"][0]["email"] == "Zoé@Example.fr"
    assert [row["visitor"] for row in exported["events.jsonl.gz"]] == ["w1", "w1", "w2"]  # "no" took consent back
    assert exported["settings.jsonl"] == [{"name": "banner", "value": None}, {"name": "diversity", "value": {"cap": 2}}]


def test_the_letter_of_an_arm_goes_in_and_out_with_its_order(db, tmp_path):
    order = {"placed_at": "2026-01-06T10:00:00Z", "currency": "EUR", "lines": []}
    folder = plain_folder(tmp_path / "in", orders=[{"id": "1", "arm": "h", **order}, {"id": "2", **order}])
    export_folder(load_folder("one", folder).shop_id, tmp_path / "a")
    exported = lines(gzip.decompress(files_of(tmp_path / "a")["orders.jsonl.gz"]))
    assert [(row["id"], row.get("arm")) for row in exported] == [("1", "h"), ("2", None)]


def test_an_export_holds_no_row_of_another_shop(db, tmp_path):
    load_folder("one", awkward_folder(tmp_path / "in"))
    bare = load_folder("bare", plain_folder(tmp_path / "bare")).shop_id
    report = export_folder(bare, tmp_path / "a")
    assert report.counts == {"shop": 1, "products": 1, "prices": 1}
    assert b"tea" not in b"".join(files_of(tmp_path / "a").values())


def test_a_folder_in_use_is_refused_and_left_alone(db, tmp_path):
    shop_id = load_folder("one", plain_folder(tmp_path / "in")).shop_id
    before = files_of(tmp_path)
    with pytest.raises(Refusal, match="is not empty"):
        export_folder(shop_id, tmp_path / "in")
    with pytest.raises(Refusal, match="is not empty"):
        export_folder(shop_id, tmp_path / "in" / "products.jsonl")
    assert files_of(tmp_path) == before


def test_a_picture_of_one_shop_is_not_anothers(db, tmp_path):
    load_folder("one", awkward_folder(tmp_path / "in"))
    product = {"id": "x", "title": "X", "price": "1.00", "currency": "EUR", "image": "images/thé vert.svg"}
    report = load_folder("two", plain_folder(tmp_path / "bare", products=[product]))
    assert [problem.sentence for problem in report.problems] == [
        "The image images/thé vert.svg is missing, too large or not an image."
    ]
    assert export_folder(report.shop_id, tmp_path / "a").counts == {"shop": 1, "products": 1, "prices": 1}
    with shop_scope(report.shop_id):
        assert shops.shop_profile().name == "two"


def test_an_export_that_fails_leaves_the_folder_empty(db, tmp_path):
    shop_id = load_folder("one", awkward_folder(tmp_path / "in")).shop_id

    def stop_at_orders(file, _):
        if file == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_folder(shop_id, tmp_path / "a", progress=stop_at_orders)
    assert files_of(tmp_path / "a") == {}
    assert export_folder(shop_id, tmp_path / "a").counts["orders"] == 7
