"""What narrows the lists of orders and customers."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from shopconnect.connectors.types import OrderKind
from shopconnect.core.web.forms import TextField
from shopconnect.orders.types import OrderState

# Beyond, the edge of the calendar is near.
DAYS: dict[str, Any] = {
    "input_formats": ["%Y-%m-%d"],
    "required": False,
    "validators": [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
}


class OrdersForm(forms.Form):
    """A number, kind and state, and the days it was placed on."""

    q = TextField(longest=100)
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in OrderKind], required=False)
    state = forms.ChoiceField(choices=[(state.value, state.value) for state in OrderState], required=False)
    first = forms.DateField(**DAYS)
    last = forms.DateField(**DAYS)


class CustomersForm(forms.Form):
    """What somebody said of marketing."""

    consent = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
