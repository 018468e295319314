"""A request is answered from one snapshot: one version of model, catalogue and rules, whatever is swapped meanwhile."""

import json
from dataclasses import replace

import numpy as np
import pytest

from recommender.products.data.catalogue import save_catalogue
from recommender.products.rules import services as rules
from recommender.products.serving import shelves
from recommender.products.serving.ready import ShelfRequest, ready_shelf
from recommender.products.serving.snapshot import open_snapshot
from recommender.products.types import Context
from shopconnect.catalog.selectors import find_product_by_external_id
from shopconnect.catalog.services import store_products
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.scope import shop_scope
from tests.recommender.products.shops import fill_shop, product, train


@pytest.fixture
def fitted_shop(shop):
    store.erase(shop)
    fill_shop(shop)
    train(shop)
    return shop


def answer(shop_id):
    """What a visit is shown; nobody else is shown the same, so nothing is cached."""
    request = ShelfRequest(shop_id, None, Context(product="p12", views=("p1",), language="en"), 8)
    return json.loads(ready_shelf(request).text)


def swap(shop_id, first):
    """Put another model, catalogue and rules in service: titles change, and what was shown first is excluded."""
    with shop_scope(shop_id):
        excluded = find_product_by_external_id(first).public_id
        store_products([replace(product(number), title=f"New {number}", translations=()) for number in range(40)])
    save_catalogue(shop_id)
    model = store.load(shop_id, "products")
    store.save(shop_id, "products", {name: np.array(one) for name, one in model.arrays.items()}, model.manifest)
    rules.add_rule(shop_id, 1, {"kind": "exclude", "by": "product", "name": str(excluded)})
    rules.publish_draft(shop_id, 1, rules.etag_of(rules.find_draft(shop_id).rules), is_confirmed=True)


def test_what_is_swapped_in_the_middle_of_a_request_is_not_in_its_answer(fitted_shop, monkeypatch):
    before, choose, swaps = answer(fitted_shop), shelves.choose, []

    def swap_and_choose(*asked, **more):
        if not swaps:
            swaps.append(swap(fitted_shop, before["items"][0]["id"]))
        return choose(*asked, **more)

    monkeypatch.setattr(shelves, "choose", swap_and_choose)
    assert answer(fitted_shop) == before
    assert len(swaps) == 1
    after = answer(fitted_shop)
    assert after["model"] != before["model"]
    assert before["items"][0]["id"] not in [one["id"] for one in after["items"]]
    assert all(one["title"].startswith("New") for one in after["items"])


def test_a_snapshot_names_its_versions_and_none_is_opened_while_something_is_missing(fitted_shop, other_shop):
    snapshot = open_snapshot(fitted_shop)
    assert snapshot.versions == (snapshot.model.version, snapshot.catalogue.version, 0)
    assert open_snapshot(other_shop) is None


def test_a_model_that_lacks_an_array_serves_nobody(fitted_shop):
    model = store.load(fitted_shop, "products")
    arrays = {name: np.array(one) for name, one in model.arrays.items() if name != "related_items"}
    store.save(fitted_shop, "products", arrays, model.manifest)
    assert open_snapshot(fitted_shop) is None
    assert answer(fitted_shop)["items"] == []


def test_each_shop_has_its_own_aligned_catalogue(fitted_shop, other_shop):
    fill_shop(other_shop)
    model = store.load(fitted_shop, "products")
    store.save(other_shop, "products", {name: np.array(one) for name, one in model.arrays.items()}, model.manifest)
    save_catalogue(other_shop)
    own, others = open_snapshot(fitted_shop), open_snapshot(other_shop)
    assert own.aligned is open_snapshot(fitted_shop).aligned
    assert others.aligned is not own.aligned
