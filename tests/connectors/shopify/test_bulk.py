"""The file of a bulk export is read whatever the order of its lines, whole or broken, in bounded memory."""

import gzip
import io
import json
import os
import random
import shutil
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest

from shopconnect.connectors.shopify import bulk, bulk_groups
from shopconnect.connectors.shopify.bulk import ROOTS_AT_ONCE, read_drafts
from tests.connectors.shopify.rows import PRODUCT, changed


def read_roots(path, skip=0):
    return read_drafts(path, skip, lambda roots: roots)


def product_lines(number, variants=3, levels=2):
    """The lines of a product as Shopify writes them: what is nested stands on lines of its own."""
    gid = f"gid://shopify/Product/{number}"
    root = {name: value for name, value in PRODUCT.items() if name not in ("variants", "collections")}
    yield root | {"id": gid}
    yield {"id": "gid://shopify/Collection/9", "title": "All", "__parentId": gid}
    for position in range(1, variants + 1):
        variant = changed(PRODUCT["variants"]["nodes"][0], position=position, __parentId=gid)
        own = number * 100 + position
        variant |= {"id": f"gid://shopify/ProductVariant/{own}"}
        variant["inventoryItem"] = {"id": f"gid://shopify/InventoryItem/{own}", "tracked": True}
        yield variant
        for place in range(levels):
            yield {
                "id": f"gid://shopify/InventoryLevel/{place}?inventory_item_id={own}",
                "location": {"id": f"gid://shopify/Location/{place}"},
                "quantities": [{"name": "available", "quantity": place}],
                "__parentId": variant["id"],
            }


def written(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def canonical(roots):
    """The roots with everything inside in one order."""

    def ordered(value):
        if isinstance(value, dict):
            return {key: ordered(part) for key, part in sorted(value.items())}
        return sorted(map(ordered, value), key=repr) if isinstance(value, list) else value

    return [ordered(root) for root in roots]


@pytest.mark.parametrize("seed", range(5))
def test_lines_in_any_order_give_the_same_roots(seed, tmp_path):
    lines = [line for number in range(1, 30) for line in product_lines(number)]
    straight = canonical(read_roots(written(tmp_path / "straight", lines)))
    random.Random(seed).shuffle(lines)
    assert canonical(read_roots(written(tmp_path / "shuffled", lines))) == straight
    assert len(straight) == 29
    first = straight[0]
    assert [len(one["inventoryItem"]["inventoryLevels"]["nodes"]) for one in first["variants"]["nodes"]] == [2, 2, 2]
    assert len(first["collections"]["nodes"]) == 1


def test_what_stands_twice_in_a_file_comes_once(tmp_path):
    lines = [line for number in (1, 2) for line in product_lines(number)]
    once = canonical(read_roots(written(tmp_path / "once", lines)))
    assert canonical(read_roots(written(tmp_path / "twice", [*lines, *product_lines(1)]))) == once


def test_a_level_may_name_its_item_as_its_parent(tmp_path):
    lines = list(product_lines(1, variants=1, levels=0))
    item = lines[-1]["inventoryItem"]["id"]
    level = {"id": "gid://shopify/InventoryLevel/1?inventory_item_id=101", "quantities": [], "__parentId": item}
    (root,) = read_roots(written(tmp_path / "file", [level, *reversed(lines)]))
    assert [one["id"] for one in root["variants"]["nodes"][0]["inventoryItem"]["inventoryLevels"]["nodes"]] == [
        level["id"]
    ]


def test_an_order_has_its_lines(tmp_path):
    order = {"id": "gid://shopify/Order/1"}
    lines = [{"id": f"gid://shopify/LineItem/{n}", "__parentId": order["id"]} for n in range(3)]
    (root,) = read_roots(written(tmp_path / "file", [*lines, order]))
    assert {one["id"] for one in root["lineItems"]["nodes"]} == {line["id"] for line in lines}


def shuffled(path, count):
    lines = [line for number in range(1, count + 1) for line in product_lines(number, variants=1, levels=1)]
    random.Random(1).shuffle(lines)
    return written(path, lines)


@pytest.mark.parametrize("behind", [0, 1, 249, 250, 251, 600, 1000, 1001])
def test_a_file_is_gone_on_with_from_where_one_was(behind, tmp_path):
    path = shuffled(tmp_path / "file", 1000)
    whole = [root["id"] for root in read_roots(path)]
    assert [root["id"] for root in read_roots(path, behind)] == whole[behind:]


def test_what_is_behind_is_neither_read_nor_mapped_again(tmp_path):
    path, seen = shuffled(tmp_path / "file", 1000), []

    def two_of_each(roots):
        seen.append(len(roots))
        return [(root["id"], number) for root in roots for number in (1, 2)]

    first = list(islice(read_drafts(path, 0, two_of_each), 1100))
    seen.clear()
    assert first + list(read_drafts(path, 1100, two_of_each)) == list(read_drafts(path, 0, two_of_each))
    assert (
        sum(seen[:2]) == 500
    )  # of a thousand, what stood after the last mark: two lots, of which the first half is left
    assert ROOTS_AT_ONCE == 250


def test_a_mark_that_broke_off_is_none(tmp_path):
    path = shuffled(tmp_path / "file", 600)
    whole = [root["id"] for root in read_roots(path)]
    (marks,) = tmp_path.glob("*/marks")
    marks.write_text(marks.read_text()[:-3])
    assert [root["id"] for root in read_roots(path, 599)] == whole[599:]


def test_a_new_file_in_an_old_ones_place_is_read_as_new(tmp_path):
    path = shuffled(tmp_path / "file", 10)
    assert len(list(read_roots(path))) == 10
    os.utime(shuffled(path, 3), (1, 1))
    assert len(list(read_roots(path))) == 3


def test_a_reader_leaves_the_file_as_it_was_and_nothing_half_done(tmp_path):
    path = shuffled(tmp_path / "file", 10)
    before = path.read_bytes()
    list(read_roots(path))
    assert path.read_bytes() == before
    assert sorted(one.suffix for one in tmp_path.iterdir()) == ["", ".groups"]


@pytest.mark.parametrize("content", [b"", b"\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_holds_nothing(content, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert list(read_roots(path)) == []
    assert list(read_roots(path)) == []


def test_a_packed_file_is_read_and_one_that_breaks_off_gives_what_came_before(tmp_path, caplog):
    lines = [line for number in range(1, 400) for line in product_lines(number)]
    packed = gzip.compress(written(tmp_path / "plain", lines).read_bytes())
    (tmp_path / "whole").write_bytes(packed)
    (tmp_path / "half").write_bytes(packed[: len(packed) // 2])
    assert len(list(read_roots(tmp_path / "whole"))) == 399
    assert 0 < len(list(read_roots(tmp_path / "half"))) < 399
    assert "bulk_file_cut_short" in caplog.text


def test_bad_lines_are_said_by_their_number_and_the_rest_is_read(tmp_path, caplog):
    path = written(tmp_path / "file", product_lines(1))
    path.write_bytes(b'{"id": "gid://shopify/Pro\n\n[1]\n{"title": "x"}\n' + path.read_bytes() + b'{"id": "gid://sho')
    assert [root["id"] for root in read_roots(path)] == ["gid://shopify/Product/1"]
    assert [record.msg["line"] for record in caplog.records] == [1, 3, 4, 16]


def test_children_of_a_parent_that_never_came_are_left_out_and_counted(tmp_path, caplog):
    lines = [*product_lines(1), *list(product_lines(2))[1:]]
    assert [root["id"] for root in read_roots(written(tmp_path / "file", lines))] == ["gid://shopify/Product/1"]
    assert [record.msg["parents"] for record in caplog.records] == [1]


def test_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path, monkeypatch):
    """What is held at once is some lots of lines, and no more of a file that is four times as large.

    How much that is of a shop of 100,000 products, the bench of loads and a soak measure.
    """

    def most_held(products):
        path = written(
            tmp_path / f"{products}", (line for number in range(products) for line in product_lines(number, 1, 1))
        )
        tracemalloc.start()
        count = sum(1 for _ in read_roots(path))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == products
        # A file that is open has a buffer, and there are 256 at most.
        return peak - io.DEFAULT_BUFFER_SIZE * bulk_groups.Groups(path).count

    monkeypatch.setattr(bulk_groups, "LINES_AT_ONCE", 100)
    monkeypatch.setattr(bulk_groups, "GROUP_BYTES", 200_000)
    monkeypatch.setattr(bulk, "ROOTS_AT_ONCE", 10)
    assert most_held(3200) < 1.25 * most_held(800)


@pytest.mark.parametrize("packed", [False, True])
def test_splitting_goes_on_in_slices_after_a_kill_and_gives_the_same(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(bulk_groups, "LINES_AT_ONCE", 100)
    monkeypatch.setattr(bulk_groups, "GROUP_BYTES", 20_000)
    path = shuffled(tmp_path / "file", 300)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    whole = canonical(read_roots(path))
    assert len(whole) == 300
    (folder,) = tmp_path.glob("*.groups")
    shutil.rmtree(folder)
    replaced, checkpoints = Path.replace, 0

    def killed_on_the_way(self, target):
        nonlocal checkpoints
        checkpoints += 1
        if checkpoints % 3 == 0:
            raise KeyboardInterrupt  # all is written but the checkpoint
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", killed_on_the_way)
    while True:
        try:
            if bulk_groups.Groups(path).split(1e-6):
                break
        except KeyboardInterrupt:
            continue
    assert checkpoints > 9
    assert canonical(read_roots(path)) == whole


def test_a_group_that_a_power_cut_shortened_is_split_anew(tmp_path):
    path = shuffled(tmp_path / "file", 300)
    whole = canonical(read_roots(path))
    group = next(one for one in tmp_path.glob("*.groups/0*.lines"))
    group.write_bytes(group.read_bytes()[:-100])
    assert canonical(read_roots(path)) == whole
