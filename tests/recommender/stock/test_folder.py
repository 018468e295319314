"""Suppliers and how items are bought leave a shop and come back as they were."""

import pytest

from recommender.stock.folder import (
    read_settings,
    read_supplier,
    read_supply,
    settings_lines,
    store_settings,
    store_suppliers,
    store_supply,
    supplier_lines,
    supply_lines,
)
from shopconnect.connectors.files.reading import parse
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.stock.shops import stocked_shop

pytestmark = pytest.mark.django_db
SETTINGS = (
    b'{"lead_days":21,"late_days":6,"review_days":14,"a_percent":98,"b_percent":95,"c_percent":95,"budget":"900.00"}'
)
SUPPLIERS = [b'{"name":"Potter","lead_days":20,"late_days":5,"review_days":14,"minimum":"250.00"}']
SUPPLY = [
    b'{"product":"bowl","supplier":"Potter","pack_size":6,"minimum":12,"on_order":0}',
    b'{"product":"mug","variant":"mug-s","cost":"3.50","pack_size":1,"minimum":0,"on_order":40,'
    b'"on_order_date":"2027-01-08"}',
]


def store(shop_id) -> list[tuple[int, int, int]]:
    with shop_scope(shop_id):
        found = [
            store_suppliers([read_supplier(parse(line)) for line in SUPPLIERS]),
            store_supply([read_supply(parse(line)) for line in SUPPLY]),
        ]
        return [(one.new, one.changed, one.same) for one in found]


def lines(shop_id):
    with shop_scope(shop_id):
        return list(supplier_lines()), list(supply_lines())


def test_what_came_in_goes_out_the_same_and_coming_in_again_changes_nothing():
    shop_id = stocked_shop(weeks=1)
    assert store(shop_id) == [(1, 0, 0), (2, 0, 0)]
    assert store(shop_id) == [(0, 0, 1), (0, 0, 2)]
    suppliers, supply = lines(shop_id)
    assert suppliers == [dict(parse(line)) for line in SUPPLIERS]
    assert supply == [dict(parse(line)) for line in SUPPLY]


def test_what_holds_for_all_items_goes_out_and_comes_in_once(shop, other_shop):
    with shop_scope(shop):
        assert list(settings_lines()) == []
        found = [store_settings([read_settings(parse(SETTINGS))]) for _ in range(2)]
        assert [(one.new, one.changed, one.same) for one in found] == [(1, 0, 0), (0, 0, 1)]
        changed = store_settings([read_settings(parse(SETTINGS.replace(b"900", b"800")))])
        assert (changed.new, changed.changed, changed.same) == (0, 1, 0)
        assert list(settings_lines()) == [dict(parse(SETTINGS)) | {"budget": "800.00"}]
    with shop_scope(other_shop):
        assert list(settings_lines()) == []


@pytest.mark.parametrize("wrong", [(b"98", b"97"), (b'"lead_days":21,', b""), (b"900.00", b"much")])
def test_bad_rules_are_refused(wrong):
    with pytest.raises(BadRow):
        read_settings(parse(SETTINGS.replace(*wrong)))


def test_what_the_shop_does_not_have_is_left_out():
    shop_id = stocked_shop(weeks=1)
    with shop_scope(shop_id):
        refused = store_supply([read_supply(parse(b'{"product":"nothing","cost":"1.00"}'))])
        assert (refused.same, refused.refused) == (0, {0: "The shop has no such product or variant."})
        of_nobody = [read_supply(parse(b'{"product":"bowl","supplier":"Nobody","cost":"1.00"}'))]
        assert [(one.new, one.same) for one in (store_supply(of_nobody), store_supply(of_nobody))] == [(1, 0), (0, 1)]
    assert lines(shop_id)[1] == [{"product": "bowl", "cost": "1.00", "pack_size": 1, "minimum": 0, "on_order": 0}]


@pytest.mark.parametrize("line", [b'{"product":"bowl","on_order_date":"soon"}', b'{"product":"bowl","pack_size":-1}'])
def test_a_bad_line_is_refused(line):
    with pytest.raises(BadRow):
        read_supply(parse(line))
