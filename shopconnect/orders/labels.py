"""What pages call orders and their states."""

from django.utils.translation import gettext as _

from shopconnect.connectors.types import OrderKind
from shopconnect.orders.types import OrderRow, OrderState


def kind_labels() -> dict[OrderKind, str]:
    """Return what each kind of entry is called."""
    return {OrderKind.ORDER: _("Order"), OrderKind.REFUND: _("Refund")}


def state_labels() -> dict[OrderState, str]:
    """Return what each state of an order is called."""
    return {OrderState.COUNTED: _("Counted"), OrderState.CANCELLED: _("Cancelled"), OrderState.TEST: _("Test order")}


def order_title(order: OrderRow) -> str:
    """Return an order's or a refund's name, by its number or else by the platform's id."""
    words = {"number": order.number or order.external_id}
    return _("Refund %(number)s") % words if order.kind == OrderKind.REFUND else _("Order %(number)s") % words
