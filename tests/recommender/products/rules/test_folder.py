"""Rules travel with their shop: every version, and its products by the platform's ids."""

import json

import pytest

from recommender.products.folder import read_version
from recommender.products.models import RuleVersion
from recommender.products.rules import live
from recommender.products.rules import services as rules
from recommender.products.rules.book import as_json
from recommender.products.rules.types import Exclude, Group, InStock, Limit, NotBought, Pin
from recommender.products.rules.words import RuleNames
from recommender.products.types import VersionState
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.services import export_folder, load_folder
from tests.shopconnect.sync.folders import files_of, plain_folder

AT = "2026-02-03T10:00:00.123456Z"
PIN = {"kind": "pin", "product": "x", "place": 2, "shelf": "cart"}


def version(number, state, *given, at=AT, **more):
    return {"number": number, "state": state, "at": at, **more, "rules": list(given)}


VERSIONS = [
    version(0, "draft", {"kind": "stock"}, {"kind": "corridor", "high": 200}),
    version(1, "past", PIN),
    version(
        2, "tried", {"kind": "exclude", "by": "product", "name": "x"}, {"kind": "limit", "by": "vendor", "most": 2}
    ),
    version(
        3,
        "live",
        {**PIN, "beside_product": "x", "until_date": "2999-12-31"},
        {"kind": "boost", "push": "new", "strength": "clear", "from_date": "2026-01-02"},
        undoes=1,
    ),
]


def loaded(tmp_path, name, versions):
    return load_folder(name, plain_folder(tmp_path / f"{name}-in", products=[PRODUCT], rules=versions))


PRODUCT = {"id": "x", "title": "X", "price": "1.00", "currency": "EUR"}


def versions_of(shop_id):
    with shop_scope(shop_id):
        return {row.number: (row.state, row.undoes) for row in RuleVersion.objects.all()}


def public_id(shop_id):
    with shop_scope(shop_id):
        return find_product_by_external_id("x").public_id


def exported(shop_id, folder):
    export_folder(shop_id, folder)
    return [json.loads(line) for line in files_of(folder)["rules.jsonl"].decode().splitlines()]


def test_rules_that_came_with_a_folder_hold_and_go_out_as_they_came(db, tmp_path):
    report = loaded(tmp_path, "one", VERSIONS)
    first = report.shop_id
    assert (report.problems, report.counts["rules"].new) == ((), 4)
    held = live.rules_for(first)
    pin = {"place": 2, "shelf": "cart", "until_date": "2999-12-31"}
    assert held.number == 3
    assert held.rules[0] == Pin(product=public_id(first), beside_product=public_id(first), **pin)
    assert live.rules_for(first, 2).rules == (
        Exclude(by=Group.PRODUCT, name=str(public_id(first))),
        Limit(by=Group.VENDOR, most=2),
    )
    assert exported(first, tmp_path / "a") == VERSIONS
    second = load_folder("two", tmp_path / "a").shop_id
    assert public_id(second) != public_id(first)
    assert live.rules_for(second).rules[0] == Pin(product=public_id(second), beside_product=public_id(second), **pin)
    export_folder(second, tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_a_version_has_no_author_in_another_place_and_undoing_goes_on_from_there(db, tmp_path):
    shop_id = loaded(tmp_path, "one", VERSIONS).shop_id
    assert [one.who for one in rules.list_versions(shop_id, RuleNames())] == [""] * 3
    rules.undo_to(shop_id, 1, 0)
    assert versions_of(shop_id)[4] == (VersionState.LIVE, 0)
    assert live.rules_for(shop_id).rules == (InStock(),)


def test_loading_again_changes_nothing_and_what_is_newer_stays(db, tmp_path):
    shop_id = loaded(tmp_path, "one", VERSIONS).shop_id
    assert load_folder("one", tmp_path / "one-in").counts["rules"].same == 4
    rules.undo_to(shop_id, 1, 0)
    rules.add_rule(shop_id, 1, {"kind": "bought", "days": 3})
    before = versions_of(shop_id), rules.find_draft(shop_id).rules
    again = load_folder("one", tmp_path / "one-in").counts["rules"]
    assert (versions_of(shop_id), rules.find_draft(shop_id).rules) == before
    assert (again.new, live.rules_for(shop_id).number) == (0, 4)


def test_a_rule_about_a_product_that_is_not_there_is_left_out(db, tmp_path):
    gone = [version(1, "live", {"kind": "pin", "product": "gone", "place": 1}, {"kind": "bought", "days": 9})]
    shop_id = loaded(tmp_path, "one", gone).shop_id
    assert len(live.rules_for(shop_id).rules) == 1
    with shop_scope(shop_id):
        RuleVersion.objects.update(rules=as_json([Pin(product=7, place=1), NotBought(days=9)]))
    assert [line["rules"] for line in exported(shop_id, tmp_path / "a")] == [[{"kind": "bought", "days": 9}]]


@pytest.mark.parametrize(
    "said",
    [
        {"number": -1},
        {"number": "1"},
        {"number": 0},
        {"state": "draft"},
        {"state": "loud"},
        {"at": None},
        {"rules": [{"kind": "charm"}]},
        {"rules": [{"kind": "pin", "product": "x", "place": 9}]},
        {"rules": [7]},
        {"rules": [{"kind": "limit", "by": "vendor", "most": 1}] * 51},
        {"undoes": 1.5},
    ],
)
def test_a_line_that_is_no_version_is_refused(said):
    line = version(1, "live", PIN)
    assert read_version(line).number == 1
    with pytest.raises(BadRow):
        read_version(line | said)
