"""What the forms of the page of results hold."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from shopconnect.core.web.forms import NumberField


class HoldOutForm(forms.Form):
    """The share of visits, in percent, that sees the shop without suggestions."""

    percent = NumberField()


class StartForm(forms.Form):
    """For how many days half of the visits see the shop without suggestions."""

    days = NumberField()


class FallbackForm(forms.Form):
    """The shelf that is to show again what was learnt; "" is every shelf."""

    shelf = forms.CharField(required=False)


class DecisionForm(forms.Form):
    """The test that an owner decides on."""

    test = NumberField()


class DayField(forms.DateField):
    """A day as browsers send it; None where none was sent."""

    empty_value = None

    def __init__(self) -> None:
        no_day = _("Enter a date such as 2026-11-25.")
        super().__init__(required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": no_day})


class PeriodForm(forms.Form):
    """The days to look at, `from` one `to` another; whatever is left out is as far as there is anything."""

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self.fields = {"from": DayField(), "to": DayField()}  # a keyword names no attribute

    def clean(self) -> None:
        """Refuse days that end before they begin."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("from", _("The first day must be before the last day."))
