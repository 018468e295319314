"""Something to do for each kind of work that brings a shop in from its platform, or sends it what was decided."""

from shopconnect.catalog.services import store_products
from shopconnect.connectors import registry
from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.connectors.types import AccessEnded
from shopconnect.core.clock import now
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.sync import inbox, watermarks
from shopconnect.sync.models import Backfill
from shopconnect.sync.reconcile import RESOURCES
from tests.connectors.dummy import platform as dummy
from tests.connectors.dummy.store import DummyShop
from tests.recommender.prices import test_services as test_prices
from tests.shopconnect.shops.platforms import DRAFT
from tests.shopconnect.sync import outside
from tests.shopconnect.sync.world import START, World
from tests.shopconnect.sync.world import tokens as world_tokens
from tests.shopconnect.sync.worlds import tell, touched
from tests.walls.works import Ground, Job, sets_up

# In from a platform, and out to it


def worldly_shop(ground: Ground) -> tuple[ShopId, World]:
    """A shop of a platform in memory, all of whose things are followed from the beginning."""
    world = World()
    ground.enters.enter_context(registry.only(world))
    shop_id = installs.install_shop(world.name, "world", world_tokens(), world.shop)
    Due.objects.filter(shop_id=shop_id).delete()
    with shop_scope(shop_id):
        for resource in RESOURCES.values():
            watermarks.watch_from(resource, START)
    return shop_id, world


def shop_that_lacks_things(ground: Ground) -> ShopId:
    shop_id, world = worldly_shop(ground)
    for number in range(25):
        world.sell(str(number))
    return shop_id


@sets_up("reconcile")
def what_changed_and_no_hook_told(ground: Ground) -> Job:
    return Job(
        shop_that_lacks_things(ground), 1, volatile=frozenset({"sync_watermark.moved_at", "sync_watermark.since"})
    )


@sets_up("sweep_ids")
def what_is_there_and_not_here(ground: Ground) -> Job:
    return Job(shop_that_lacks_things(ground), 1, along=("hooks",))


@sets_up("hooks")
def hooks_that_wait(ground: Ground) -> Job:
    shop_id, world = worldly_shop(ground)
    world.sell("1")
    world.know("7")
    tell(world, touched("1"), touched("7", ResourceType.CUSTOMER))
    return Job(shop_id)


@sets_up("hook")
def a_hook_that_was_set_aside(ground: Ground) -> Job:
    shop_id, world = worldly_shop(ground)
    world.sell("1")
    tell(world, touched("1"))
    world.silent = {"1"}
    inbox.apply_webhooks(shop_id)
    world.silent.clear()
    return Job(shop_id, Due.objects.get(shop_id=shop_id, kind=inbox.ALONE).subject_id)


@sets_up("ask_left")
def a_shop_that_came_back_and_is_gone(ground: Ground) -> Job:
    shop_id, world = worldly_shop(ground)
    installs.uninstall_shop(shop_id, now())
    installs.install_shop(world.name, "world", world_tokens(), world.shop)
    world.failures.append(AccessEnded("shopify", 401, permanent=True))
    return Job(shop_id)


def outside_shop(ground: Ground) -> tuple[ShopId, outside.Outside]:
    platform = outside.Outside(ground.folder / "outside")
    ground.enters.enter_context(registry.only(platform))
    return installs.install_shop(platform.name, "out.myshopify.com", outside.TOKENS, outside.SHOP), platform


@sets_up("backfill")
def a_shop_to_bring_in(ground: Ground) -> Job:
    shop_id, _platform = outside_shop(ground)
    with shop_scope(shop_id):
        return Job(shop_id, Backfill.objects.earliest("id").pk)


@sets_up("push_change")
def a_price_to_set(ground: Ground) -> Job:
    shop_id, platform = outside_shop(ground)
    with shop_scope(shop_id):
        store_products(outside.product(3)[:1])
    test_prices.ask(shop_id)
    return Job(shop_id, test_prices.row_of(shop_id).pk, look=lambda: len(platform.calls("push_price")))


@sets_up("subscribe_webhooks")
def webhooks_to_subscribe_to(ground: Ground) -> Job:
    store = DummyShop("shop.example.com")
    ground.patch.setitem(registry._descriptors, dummy.NAME, dummy.DESCRIPTOR)
    ground.enters.enter_context(registry.only(dummy.Dummy(shops={store.host: store})))
    held = Tokens(access=store.key, secret=store.secret)
    shop_id = installs.install_shop(dummy.NAME, store.host, held, DRAFT)
    return Job(shop_id, look=lambda: list(store.subscribed))
