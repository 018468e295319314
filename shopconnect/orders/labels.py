"""What pages call orders and their states."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopconnect.connectors.types import OrderKind
from shopconnect.orders.types import OrderRow, OrderState

# What platforms say of an order, of where it was placed and of its parcels. What is none of these stands as it is.
STATUSES = {
    "paid": gettext_lazy("paid"),
    "pending": gettext_lazy("pending"),
    "on-hold": gettext_lazy("on hold"),
    "authorized": gettext_lazy("authorized"),
    "partially_paid": gettext_lazy("partially paid"),
    "refunded": gettext_lazy("refunded"),
    "partially_refunded": gettext_lazy("partially refunded"),
    "voided": gettext_lazy("voided"),
    "cancelled": gettext_lazy("cancelled"),
    "expired": gettext_lazy("expired"),
    "failed": gettext_lazy("payment failed"),
    "processing": gettext_lazy("processing"),
    "shipped": gettext_lazy("shipped"),
    "fulfilled": gettext_lazy("fulfilled"),
    "completed": gettext_lazy("complete"),
}
CHANNELS = {
    "web": gettext_lazy("online"),
    "online": gettext_lazy("online"),
    "pos": gettext_lazy("point of sale"),
    "counter": gettext_lazy("point of sale"),
    "draft": gettext_lazy("created manually"),
    "admin": gettext_lazy("created manually"),
    "app": gettext_lazy("another app"),
}
PARCELS = {
    "confirmed": gettext_lazy("being prepared"),
    "sent": gettext_lazy("dispatched"),
    "in_transit": gettext_lazy("in transit"),
    "out_for_delivery": gettext_lazy("out for delivery"),
    "attempted_delivery": gettext_lazy("delivery attempted"),
    "ready_for_pickup": gettext_lazy("ready for pickup"),
    "delayed": gettext_lazy("delayed"),
    "delivered": gettext_lazy("delivered"),
    "failed": gettext_lazy("not delivered"),
}


def kind_labels() -> dict[OrderKind, str]:
    """Return what each kind of entry is called."""
    return {OrderKind.ORDER: _("Order"), OrderKind.REFUND: _("Refund")}


def state_labels() -> dict[OrderState, str]:
    """Return what each state of an order is called."""
    return {OrderState.COUNTED: _("Counted"), OrderState.CANCELLED: _("Cancelled"), OrderState.TEST: _("Test order")}


def order_title(order: OrderRow) -> str:
    """Return an order's name by its number, a refund's by its own or its order's, and else by the platform's id."""
    if order.refunds_number and not order.number:
        return _("Refund of order %(number)s") % {"number": order.refunds_number}
    words = {"number": order.number or order.external_id}
    return _("Refund %(number)s") % words if order.kind == OrderKind.REFUND else _("Order %(number)s") % words


def status_label(status: str) -> str:
    """Return what an order's status on the platform is called."""
    return str(STATUSES.get(status, status))


def channel_label(channel: str) -> str:
    """Return what the place where an order was placed is called."""
    return str(CHANNELS.get(channel, channel))


def parcel_label(status: str) -> str:
    """Return what a parcel's status is called."""
    return str(PARCELS.get(status, status))
