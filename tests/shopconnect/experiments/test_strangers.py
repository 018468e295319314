"""Strangers decide nothing: what they send to the public door moves no arm, no figure and no shelf."""

from collections import Counter

import pytest
from django.test import Client

from shopconnect.core.clock import now
from shopconnect.core.security import crypto
from shopconnect.core.security.rotation import encrypted_columns, rotate_field
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.counting import move_counts
from shopconnect.experiments.folder import SECRET
from shopconnect.experiments.models import AssignmentSecret
from shopconnect.experiments.selectors import tallies
from shopconnect.experiments.services import arm_of, configs, set_hold_out
from shopconnect.shops.selectors import find_shop, keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.sync.services import export_folder, load_folder
from shopconnect.widgets import limits
from shopconnect.widgets.types import Rate
from shopconnect.widgets.visitors import sign_visitor
from tests.recommender.products.shops import post_shelf
from tests.shopconnect.sync.folders import plain_folder

IDS = [f"{one:032x}" for one in range(400)]


@pytest.fixture
def address(shop):
    return f"/w/{keys_of_shop(shop, KeyKind.WIDGET)[0]}"


def letters(shop_id):
    configs.forget()
    return [arm_of(shop_id, one, "", now().date()).letter for one in IDS]


def counted(shop_id):
    limits.count_call(shop_id, "events", "somebody", Rate(1000))  # what was noted goes along
    move_counts()
    with shop_scope(shop_id):
        return Counter({row.arm: row.requests for row in tallies()})


def test_who_is_in_which_arm_hangs_on_a_secret_of_the_shop_that_outlives_a_change_of_keys(shop, other_shop, settings):
    for one in (shop, other_shop):
        set_hold_out(one, 20)
    before = letters(shop)
    assert before != letters(other_shop)
    assert 40 < before.count("H") < 130
    crypto.configure([crypto.Fernet.generate_key().decode(), *settings.FIELD_KEYS], settings.HASH_KEY)
    try:
        (column,) = (one for one in encrypted_columns() if one.model is AssignmentSecret)
        assert sum(batch.rotated for batch in rotate_field(column)) == 2
        assert letters(shop) == before
    finally:
        crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)


def test_a_shop_that_moves_takes_its_secret_along(db, tmp_path):
    load_folder("here", plain_folder(tmp_path / "some"))
    here = find_shop("here")
    before = letters(here)
    export_folder(here, tmp_path / "moved")
    assert SECRET.search((tmp_path / "moved" / "arms.jsonl").read_text())
    load_folder("there", tmp_path / "moved")
    assert letters(find_shop("there")) == before


@pytest.mark.parametrize("forged", [lambda _shop, one: one, lambda _shop, one: f"{one}-{'0' * 24}"])
def test_a_forged_visitor_is_in_no_arm_and_counts_nowhere_and_the_shelf_is_there(shop, address, forged):
    set_hold_out(shop, 20)
    client = Client()
    for one in IDS[:40]:
        reply = post_shelf(client, f"{address}/shelf", {"shelf": "similar", "page": "/", "visitor": forged(shop, one)})
        assert (reply.status_code, reply.json()["arm"]) == (200, "")
    assert counted(shop) == {}


def test_a_signed_visitor_stays_in_one_arm(shop, address):
    set_hold_out(shop, 20)
    client, expected = Client(), dict(zip(IDS, letters(shop)))
    for one in IDS[:20]:
        said = {"shelf": "similar", "page": "/", "visitor": sign_visitor(shop, one)}
        assert post_shelf(client, f"{address}/shelf", said).json()["arm"] == expected[one]
    assert sum(counted(shop).values()) == 20
