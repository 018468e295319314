"""A shop that lives while it is brought in: somebody edits, somebody buys, and some of its webhooks are lost."""

import random
from collections.abc import Callable

from shopconnect.connectors.base import Draft, Platform, ResourceType
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.installs import install_shop
from shopconnect.sync.inbox import receive_webhook
from shopconnect.sync.reconcile import ask_reconciling, ask_sweeps
from tests.connectors.woocommerce.sources import ADDRESS, WooSource, raw
from tests.doubles.woocommerce.webhooks import WooDelivery
from tests.shopconnect.sync.worlds import work_off

LOST_SHARE = 0.05


class LivingShop:
    """A shop of the double with our webhooks, of which one in twenty is never answered."""

    def __init__(self, source: WooSource, seed: int = 11) -> None:
        self.source, self.dice, self.lost = source, random.Random(seed), 0
        self._arrived: list[WooDelivery] = []
        self.place = f"tests.connectors.woocommerce.sources:{source.platform.origin}"
        self._connection = source.platform.connect(source.shop, source.tokens)

    @property
    def platform(self) -> Platform:
        """The platform that it is on."""
        return self.source.platform

    def install(self) -> ShopId:
        """Install us: from now on it lives in our time, and tells of what happens."""
        shop_id = install_shop("woocommerce", self.source.shop, self.source.tokens, self._connection.read_shop())
        self._connection.subscribe_webhooks(ADDRESS)
        self.source.double_shop.webhooks.send = self._send
        self.source.store.is_live = True
        return shop_id

    def calls(self) -> list[str]:
        """Return what it was asked."""
        return self.source.double_shop.asked

    def drafts(self, resource: ResourceType) -> list[Draft]:
        """Return all there is of a resource."""
        ids, cursor = [], ""
        while True:
            page = self._connection.list_ids(resource, cursor)
            ids += page.items
            cursor = page.next_cursor
            if not cursor:
                break
        lots = (ids[start : start + 250] for start in range(0, len(ids), 250))
        return [draft for lot in lots for draft in self._connection.fetch(resource, lot).drafts]

    def live(self) -> None:
        """Do one of the things that happen in a day, and have the queue of webhooks run."""
        store, number = self.source.store, self.dice.randrange(10**6)
        with store.lock:
            pot, order, person = (self.dice.choice(store.alive(kind)) for kind in ("product", "order", "customer"))
            deeds: dict[Callable[[], object], int] = {
                lambda: self._change("product", pot, name=f"Name {number}"): 8,
                lambda: self._change("product", pot, price=f"{number % 90 + 1}.50"): 6,
                lambda: self._change("order", order, status=self.dice.choice(["completed", "cancelled"])): 6,
                lambda: self._change("customer", person, billing={**person["billing"], "country": "BE"}): 4,
                lambda: store.add_product(f"New {number}", stock=3): 3,
                lambda: store.add_customer(f"{number}@example.com"): 3,
                lambda: store.add_order([(pot, 2)], customer=person): 6,
                lambda: store.refund(order, 0, beyond="0.50"): 2,
                lambda: store.trash("product", pot): 1,
                lambda: store.erase("product", pot): 1,
            }
            self.dice.choices(list(deeds), list(deeds.values()))[0]()
        self.source.double_shop.webhooks.run_queue()

    def hear(self) -> int:
        """Take in the webhooks that arrived; returns how many."""
        arrived, self._arrived = self._arrived, []
        for delivery in arrived:
            receive_webhook(self.platform, raw(delivery, self.source.shop))
        return len(arrived)

    def catch_up(self, shop_id: ShopId) -> None:
        """Have one pass over what changed, and one sweep over what there is."""
        for ask in (ask_reconciling, ask_sweeps):
            ask(now())
            work_off(shop_id)

    def _change(self, kind: str, row: dict[str, object], **fields: object) -> None:
        with self.source.store.changing(kind, row):
            row.update(fields)

    def _send(self, delivery: WooDelivery) -> int:
        if self.dice.random() < LOST_SHARE:
            self.lost += 1
            return 0
        self._arrived.append(delivery)
        return 200
