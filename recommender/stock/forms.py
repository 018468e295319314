"""What the pages of stock accept, and the sentences for what they do not."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommender.stock.types import LONGEST_DAYS, LONGEST_NAME, MOST_UNITS, SERVICE_PERCENTS, ItemTerms, StockSettings
from shopconnect.core.money import read_amount
from shopconnect.core.web.forms import CHOICE_ERRORS, TextField, plain_numbers

NO_DAYS = gettext_lazy("Enter a number of days from %(least)d to %(most)d.")
NO_COUNT = gettext_lazy("Enter a whole number from %(least)d to %(most)d.")


class CountField(forms.IntegerField):
    """A whole number within bounds, with a sentence of its own for any other."""

    def __init__(self, least: int, most: int, sentence: Any = NO_COUNT, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)
        self.bounds, self.sentence = {"least": least, "most": most}, sentence

    def clean(self, value: Any) -> int:
        """Return the number; raises ValidationError with the field's sentence."""
        try:
            return int(super().clean(value))
        except (forms.ValidationError, TypeError) as error:
            raise forms.ValidationError(str(self.sentence) % self.bounds) from error


class AmountEntry(forms.CharField):
    """An amount as people write it, 12.50 or 1 234,50; None where nothing is written."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=30)

    def clean(self, value: Any) -> Decimal | None:
        """Return the amount; raises ValidationError for what is none."""
        text = "".join(str(value or "").split()).replace(",", ".")
        if not text:
            return None
        try:
            amount = read_amount(text)
        except ValueError as error:
            raise forms.ValidationError(_("Enter an amount such as 12.50, without a currency.")) from error
        if amount < 0:
            raise forms.ValidationError(_("Enter an amount such as 12.50, without a currency."))
        return amount


class DaysForm(forms.Form):
    """Days of a delivery, of its delay, and between orders."""

    lead_days = CountField(0, LONGEST_DAYS, NO_DAYS)
    late_days = CountField(0, LONGEST_DAYS, NO_DAYS)
    review_days = CountField(1, LONGEST_DAYS, NO_DAYS)


class SettingsForm(DaysForm):
    """What holds for all items."""

    a_percent = forms.TypedChoiceField(
        choices=[(one, one) for one in SERVICE_PERCENTS], coerce=int, error_messages=CHOICE_ERRORS
    )
    b_percent = forms.TypedChoiceField(
        choices=[(one, one) for one in SERVICE_PERCENTS], coerce=int, error_messages=CHOICE_ERRORS
    )
    c_percent = forms.TypedChoiceField(
        choices=[(one, one) for one in SERVICE_PERCENTS], coerce=int, error_messages=CHOICE_ERRORS
    )
    budget_amount = AmountEntry()


class SupplierForm(DaysForm):
    """Who delivers, and from which amount on."""

    name = forms.CharField(
        max_length=LONGEST_NAME, error_messages={"required": gettext_lazy("Enter the supplier’s name.")}
    )
    minimum_amount = AmountEntry()


class TermsForm(forms.Form):
    """How an item is bought."""

    variant = TextField(longest=255)
    supplier = TextField(longest=LONGEST_NAME)
    cost_amount = AmountEntry()
    pack_size = CountField(1, MOST_UNITS)
    minimum_quantity = CountField(0, MOST_UNITS)
    on_order = CountField(0, MOST_UNITS)
    on_order_date = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Enter a date such as 2026-12-31.")}
    )

    def clean(self) -> dict[str, Any]:
        """Refuse units on order of which nobody says when they come."""
        fields = super().clean() or {}
        if fields.get("on_order") and not fields.get("on_order_date"):
            raise forms.ValidationError(_("Enter the date on which the open order is expected, such as 2026-12-31."))
        return fields


def initial_settings(settings: StockSettings) -> dict[str, Any]:
    """Return what a form shows of what holds for all items."""
    return plain_numbers(asdict(settings)) | {"budget_amount": _shown(settings.budget_amount, 2)}


def initial_terms(terms: ItemTerms) -> dict[str, Any]:
    """Return what a form shows of how an item is bought."""
    day = "" if terms.on_order_date is None else terms.on_order_date.isoformat()
    return plain_numbers(asdict(terms)) | {"cost_amount": _shown(terms.cost_amount, 6), "on_order_date": day}


def _shown(amount: Decimal | None, digits: int) -> str:
    return "" if amount is None else str(floatformat(amount, -digits))


def settings_of(fields: dict[str, Any]) -> StockSettings:
    """Return what a settings form holds."""
    return StockSettings(**fields, is_chosen=True)


def terms_of(fields: dict[str, Any]) -> ItemTerms:
    """Return what a form of an item's terms holds."""
    return ItemTerms(**{name: value for name, value in fields.items() if name != "variant"})
