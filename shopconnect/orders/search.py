"""Orders and customers among what a merchant searches."""

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopconnect.core.money import Money
from shopconnect.orders.browsing import named_customers, numbered_orders
from shopconnect.orders.labels import order_title
from shopconnect.orders.models import Customer
from shopconnect.orders.selectors import customer_rows, order_rows
from shopconnect.orders.types import OrderRow
from shopconnect.ui.dates import date_format
from shopconnect.ui.search import SearchHit


def find_orders(text: str, most: int) -> list[SearchHit]:
    """Return the orders and refunds whose number begins so, the latest first."""
    rows = order_rows(numbered_orders(text).order_by("-placed_at", "-id"), most)
    return [
        SearchHit(
            title=order_title(row),
            detail=f"{date_format(localtime(row.placed_at), 'SHORT_DATE_FORMAT')} · {_amount(row)}",
            url=reverse("orders:order", args=[row.public_id]),
        )
        for row in rows
    ]


def find_customers(text: str, most: int) -> list[SearchHit]:
    """Return the customers of a whole e-mail address or of the platform's id."""
    rows = customer_rows(Customer.objects.filter(named_customers(text), deleted_at=None).order_by("-id"), most)
    return [
        SearchHit(
            title=_("Customer %(id)s") % {"id": row.external_id},
            detail=row.country,
            url=reverse("orders:customer", args=[row.public_id]),
        )
        for row in rows
    ]


def _amount(row: OrderRow) -> str:
    return Money(amount=row.total_amount, currency=row.currency).written(get_language() or "en")
