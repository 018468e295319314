"""Shops on the platform in memory, and what a worker does for them."""

from collections.abc import Iterable

from shopconnect.catalog.models import Product
from shopconnect.connectors.base import Changed, ChangeNotice, ResourceType
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer, Order
from shopconnect.sync.inbox import receive_webhook
from shopconnect.sync.models import InboxWebhook
from tests.shopconnect.sync.world import World

KINDS = ("hooks", "reconcile_shop", "sweep_shop", "reconcile", "sweep_ids")


def touched(external_id: str, resource: ResourceType = ResourceType.PRODUCT) -> Changed:
    return Changed(resource=resource, external_id=external_id)


def tell(world: World, *notices: ChangeNotice) -> None:
    """Have a webhook come in."""
    receive_webhook(world, world.webhook(*notices))


def work_off(shop_id: ShopId, *kinds: str, turns: int = 60) -> None:
    """Do what is due, whenever it is due, as workers would in the end; a failure is tried again."""
    for _ in range(turns):
        rows = Due.objects.filter(shop_id=shop_id, kind__in=kinds or KINDS, parked_at=None)
        rows.update(due_at="2020-01-01T00:00:00Z", lease_until=None)
        found = list(rows.values_list("kind", flat=True).distinct())
        if not found:
            return
        for kind in found:
            run_due(shop_id, kind)


def titles(shop_id: ShopId) -> dict[str, str]:
    """The titles of products that are not deleted, by id."""
    with shop_scope(shop_id):
        return dict(Product.objects.filter(deleted_at=None).values_list("external_id", "title"))


def waiting(shop_id: ShopId) -> int:
    """How many webhooks are not done."""
    with shop_scope(shop_id):
        return InboxWebhook.objects.filter(handled_at=None).count()


def is_same(shop_id: ShopId, world: World) -> bool:
    """Say whether our tables hold what the platform does."""
    with shop_scope(shop_id):
        products = dict(Product.objects.filter(deleted_at=None).values_list("external_id", "title"))
        customers = dict(Customer.objects.filter(deleted_at=None).values_list("external_id", "country"))
        alive = Order.objects.filter(kind="order", cancelled_at=None)
        orders = dict(alive.values_list("external_id", "total_amount"))
    return (products, customers, orders) == (
        {pk: one.title for pk, one in world.resources[ResourceType.PRODUCT].items()},  # type: ignore[union-attr]
        {pk: one.country for pk, one in world.resources[ResourceType.CUSTOMER].items()},  # type: ignore[union-attr]
        {
            pk: sum(line.total for line in one.lines)  # type: ignore[union-attr]
            for pk, one in world.resources[ResourceType.ORDER].items()
        },
    )


def ids(notices: Iterable[tuple[str, ResourceType, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    return [about for _, _, about in notices]
