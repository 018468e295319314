"""What shelves show of a catalogue, as shares."""

import numpy as np
import pytest

from recommender.products.evaluation.engine.exposure_report import CatalogueProfile, exposure_shares


def catalogue(count: int = 10, **changes) -> CatalogueProfile:
    usual = {
        "orders": np.arange(count)[::-1],
        "is_new": np.zeros(count, bool),
        "for_sale": np.ones(count, bool),
        "groups": {},
        "names": {},
        "public_ids": np.arange(count) + 100,
    }
    return CatalogueProfile(**{**usual, **changes})


def test_an_even_shelf_covers_all_and_favours_nobody():
    found = exposure_shares(np.ones(10, int), catalogue())
    assert (found.places, found.coverage, found.gini) == (10, 1.0, pytest.approx(0))
    assert found.long_tail == found.long_tail_catalogue == 0.8


def test_one_product_everywhere_is_seen():
    shown = np.zeros(10, int)
    shown[0] = 40
    found = exposure_shares(shown, catalogue())
    assert (found.coverage, found.gini, found.long_tail, found.busiest) == (0.1, pytest.approx(0.9), 0.0, 1.0)


def test_what_is_not_for_sale_counts_in_no_share_of_the_catalogue():
    for_sale = np.arange(10) < 5
    found = exposure_shares(for_sale.astype(int), catalogue(for_sale=for_sale, is_new=np.arange(10) >= 4))
    assert found.coverage == 1.0
    assert (found.new, found.new_catalogue) == (0.2, 0.2)


def test_groups_are_compared_with_their_share_of_the_catalogue_and_products_of_none_are_left_out():
    vendors = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, -1])
    shown = np.array([0, 0, 0, 0, 0, 0, 4, 4, 0, 2])
    first, second = exposure_shares(
        shown, catalogue(groups={"vendor": vendors}, names={"vendor": np.array(["Large", "Small"])})
    ).groups["vendor"]
    assert (first.name, first.shown, first.catalogue) == ("Large", 0.0, 0.6)
    assert (second.name, second.shown, second.catalogue) == ("Small", 0.8, 0.3)


def test_an_empty_shop_has_no_shares():
    found = exposure_shares(np.zeros(0, int), catalogue(0))
    assert (found.places, found.coverage, found.gini, found.long_tail, found.new) == (0, 0.0, 0.0, 0.0, 0.0)
