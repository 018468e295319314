"""A page of changes that cannot be read stops nothing: what stands on it is asked for one by one."""

import pytest

from shopconnect.connectors.base import ResourceType
from shopconnect.sync import reconcile
from tests.shopconnect.sync.test_reconcile import PRODUCTS, watched  # noqa: F401
from tests.shopconnect.sync.world import PAGE
from tests.shopconnect.sync.worlds import titles, work_off


@pytest.mark.parametrize("kind", ["bad", "silent"])
def test_a_thing_that_cannot_be_read_keeps_no_other_back(watched, world, kind):  # noqa: F811
    for number in range(PAGE * 3):
        world.sell(str(number))
    for one in (3, PAGE * 2 + 5):
        getattr(world, kind).add(str(one))
    reconcile.reconcile(watched, PRODUCTS)
    assert titles(watched).keys() == {str(number) for number in range(PAGE, PAGE * 2)}
    work_off(watched, "hooks", "hook", turns=30)
    assert world.resources[ResourceType.PRODUCT].keys() - titles(watched).keys() == {"3", str(PAGE * 2 + 5)}
    world.sell("new")
    for _ in range(2):
        reconcile.reconcile(watched, PRODUCTS)
    assert "new" in titles(watched)
    getattr(world, kind).clear()
    world.sell("3")
    reconcile.reconcile(watched, PRODUCTS)
    assert "3" in titles(watched)
