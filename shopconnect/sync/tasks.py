"""The sync room's background work."""

from datetime import datetime

from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.sync import backfill, inbox, outbox, reconcile, subscriptions
from shopconnect.sync.exports import services as exports
from shopconnect.sync.uploads import services as uploads


@work(kind=backfill.KIND, queue=Queue.SYNC)
def bring_in(shop_id: ShopId, subject_id: int) -> None:
    """Take the next step of a first bringing-in; a second run finds it taken."""
    backfill.bring_in(shop_id, subject_id)


@work(kind=outbox.KIND, queue=Queue.SEND, batch=10)
def push_change(shop_id: ShopId, subject_id: int) -> None:
    """Send a change to the shop's platform; a second run finds it done."""
    outbox.push_change(shop_id, subject_id)


@work(kind=inbox.APPLY_WEBHOOKS, queue=Queue.HOOKS)
def apply_webhooks(shop_id: ShopId, subject_id: int) -> None:
    """Do what a shop's webhooks notice at; a second run finds them done. The subject means nothing."""
    with inbox.put_back(shop_id, inbox.APPLY_WEBHOOKS, subject_id):
        inbox.apply_webhooks(shop_id)


@work(kind=inbox.APPLY_WEBHOOK, queue=Queue.HOOKS)
def apply_webhook(shop_id: ShopId, subject_id: int) -> None:
    """Do what a webhook that was set aside tells of; a second run finds it done."""
    with inbox.put_back(shop_id, inbox.APPLY_WEBHOOK, subject_id):
        inbox.apply_webhook_alone(shop_id, subject_id)


@work(kind=inbox.ASK_LEFT, queue=Queue.HOOKS)
def ask_left(shop_id: ShopId, subject_id: int) -> None:
    """Ask whether a shop that came back left again; a second run finds it gone, or there. The subject means nothing."""
    with inbox.put_back(shop_id, inbox.ASK_LEFT, subject_id):
        inbox.ask_left(shop_id)


@work(kind=subscriptions.KIND, queue=Queue.SEND)
def subscribe_webhooks(shop_id: ShopId, subject_id: int) -> None:
    """Subscribe to a shop's webhooks; a second run finds them. The subject means nothing."""
    subscriptions.subscribe(shop_id)


@work(kind=reconcile.SHOP_KIND, queue=Queue.SYNC)
def reconcile_shop(shop_id: ShopId, subject_id: int) -> None:
    """Ask for a shop's passes over what changed; a second run asks for the same. The subject means nothing."""
    reconcile.reconcile_shop(shop_id)


@work(kind=reconcile.SHOP_SWEEP_KIND, queue=Queue.SYNC)
def sweep_shop(shop_id: ShopId, subject_id: int) -> None:
    """Ask for a shop's sweeps; a second run asks for the same. The subject means nothing."""
    reconcile.sweep_shop(shop_id)


@work(kind=reconcile.KIND, queue=Queue.SYNC)
def reconcile_resource(shop_id: ShopId, subject_id: int) -> None:
    """Store what changed of one kind of resource, which the subject names; a second run finds it the same."""
    reconcile.reconcile(shop_id, subject_id)


@work(kind=reconcile.SWEEP_KIND, queue=Queue.SYNC)
def sweep_ids(shop_id: ShopId, subject_id: int) -> None:
    """List the ids of all there is of one kind of resource; a second run asks for the same once more."""
    with inbox.put_back(shop_id, reconcile.SWEEP_KIND, subject_id):
        reconcile.sweep_ids(shop_id, subject_id)


@work(kind=exports.MAKE, queue=Queue.SYNC)
def make_export(shop_id: ShopId, subject_id: int) -> None:
    """Write a whole shop into a file; a second run finds it made."""
    exports.make_export(shop_id, subject_id)


@work(kind=exports.DROP, queue=Queue.SYNC)
def drop_export(shop_id: ShopId, subject_id: int) -> None:
    """Remove the file of an export whose time is over; a second run finds it removed."""
    exports.drop_export(shop_id, subject_id)


@work(kind=uploads.CHECK, queue=Queue.LOAD)
def check_upload(shop_id: ShopId, subject_id: int) -> None:
    """Read files that a merchant sent; a second run finds them read."""
    uploads.check_upload(shop_id, subject_id)


@work(kind=uploads.LOAD, queue=Queue.LOAD)
def load_upload(shop_id: ShopId, subject_id: int) -> None:
    """Bring files in that a merchant sent; a second run finds them in."""
    uploads.load_upload(shop_id, subject_id)


@work(kind=uploads.DROP, queue=Queue.SYNC)
def drop_upload(shop_id: ShopId, subject_id: int) -> None:
    """Remove files that a merchant sent and that are no longer wanted; a second run finds them removed."""
    uploads.drop_upload(shop_id, subject_id)


@each_slot("quarter", seconds=15 * 60)
def quarter(slot: datetime) -> None:
    """Ask for each shop's reconciliation of this quarter of an hour."""
    reconcile.ask_reconciling(slot)


@each_slot("night", seconds=24 * 3600)
def night(slot: datetime) -> None:
    """Ask for each shop's sweep of this night."""
    reconcile.ask_sweeps(slot)
