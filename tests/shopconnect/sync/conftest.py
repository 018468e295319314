"""A shop that is installed on a platform in a folder."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shopconnect.core.artefacts import store
from shopconnect.core.jobs.work import kinds, run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.installs import install_shop
from shopconnect.sync.models import Backfill
from shopconnect.sync.services import after_load
from tests.shopconnect.sync.outside import SHOP, TOKENS, Outside
from tests.shopconnect.sync.world import World, tokens

EVERYTHING = 200  # more turns than any first sync here takes


@pytest.fixture
def outside(tmp_path: Path, offer: Any) -> Outside:
    """A platform that is set up."""
    platform = Outside(tmp_path / "outside")
    offer(platform)
    return platform


@pytest.fixture
def told(new_room: None) -> list[ShopId]:
    """The shops whose listeners were told of news."""
    shops: list[ShopId] = []
    after_load("test", shops.append)
    return shops


@pytest.fixture
def installed(db: None, outside: Outside, told: list[ShopId]) -> Iterator[ShopId]:
    """A shop that has just been installed: nothing is in yet."""
    shop_id = install_shop("shopify", "out.myshopify.com", TOKENS, SHOP)
    yield shop_id
    store.erase(shop_id)


def work_through(shop_id: ShopId, kind: str = "backfill", turns: int = EVERYTHING) -> int:
    """Do what is due of a kind until nothing is, as a worker would; returns how many turns it took."""
    for turn in range(turns):
        before = list(Due.objects.filter(shop_id=shop_id, kind=kind).values_list("subject_id", "due_at"))
        run_due(shop_id, kind)
        if before == list(Due.objects.filter(shop_id=shop_id, kind=kind).values_list("subject_id", "due_at")):
            return turn
    return turns


def pass_time(shop_id: ShopId, by: timedelta = timedelta(days=1)) -> None:
    """Make what is due later due now."""
    for due in Due.objects.filter(shop_id=shop_id):
        Due.objects.filter(pk=due.pk).update(due_at=due.due_at - by, lease_until=None)


def states(shop_id: ShopId) -> dict[str, str]:
    """Return how far each resource is."""
    with shop_scope(shop_id):
        return dict(Backfill.objects.values_list("resource", "state"))


def all_kinds() -> set[str]:
    return set(kinds())


def is_later(one: datetime | None, other: datetime) -> bool:
    return one is not None and one > other


@pytest.fixture
def world(offer: Any) -> World:
    """A platform in memory that is set up."""
    platform = World()
    offer(platform)
    return platform


@pytest.fixture
def worldly(db: None, world: World) -> ShopId:
    """A shop of that platform, whose first sync is none of the test's business."""
    shop_id = install_shop(world.name, "world", tokens(), world.shop)
    Due.objects.filter(shop_id=shop_id).delete()
    return shop_id
