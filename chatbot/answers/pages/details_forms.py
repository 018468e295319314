"""What the form of the shop's details holds: hours, delivery, returns, contact; all of it may be left open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chatbot.answers.facts.countries import country_name, read_countries
from chatbot.answers.facts.hours import DAYS, read_day, weekday_name, write_day
from chatbot.answers.facts.returns import LONGEST_DAYS as LONGEST_RETURN
from chatbot.answers.facts.returns import ReturnTerms
from chatbot.answers.facts.shipping import LONGEST_DAYS, LONGEST_NAME, MOST_OPTIONS
from chatbot.answers.facts.types import ContactDetails, Day, OpeningHours, ShippingOption
from chatbot.answers.labels import language_label
from chatbot.answers.pages.types import ShopDetails

MOST_EMPTY = 2  # rows of delivery to be filled in
_AMOUNT = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?")
_BETWEEN = re.compile(r"[,;\n]")


class HoursForm(forms.Form):
    """From when to when the shop is open, a field a weekday."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for day in range(DAYS):
            label = weekday_name(day, get_language() or "en").capitalize()
            self.fields[f"day{day}"] = forms.CharField(label=label, required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        """Have each day read as times."""
        for name, written in list(self.cleaned_data.items()):
            try:
                self.cleaned_data[name] = read_day(written)
            except ValueError:
                told = _(
                    "Enter times such as 9:00-12:30, 14:00-18:00, or 18:00-02:00 past midnight. Leave it empty if "
                    "you’re closed."
                )
                self.add_error(name, told)
        return self.cleaned_data

    @property
    def hours(self) -> OpeningHours:
        """Return what a valid form says."""
        days: list[Day] = [self.cleaned_data[f"day{day}"] for day in range(DAYS)]
        return OpeningHours(tuple(days) if any(days) else ())


class PriceField(forms.CharField):
    """An amount in major units, with a point or a comma; None for nothing."""

    def clean(self, value: Any) -> Any:
        """Return it as a decimal."""
        text = re.sub(r"\s", "", super().clean(value))
        if not text:
            return None
        if not _AMOUNT.fullmatch(text):
            raise forms.ValidationError(_("Enter an amount such as 4.90."))
        return Decimal(text.replace(",", "."))


class ShippingForm(forms.Form):
    """One way of delivery; a row that says nothing is none."""

    countries = forms.CharField(
        label=gettext_lazy("Countries"), required=False, max_length=2_000, widget=forms.Textarea({"rows": 1})
    )
    price = PriceField(label=gettext_lazy("Price"), required=False, max_length=20)
    free_from = PriceField(label=gettext_lazy("Free from"), required=False, max_length=20)
    days_least = forms.IntegerField(
        label=gettext_lazy("Working days, from"), required=False, min_value=0, max_value=LONGEST_DAYS
    )
    days_most = forms.IntegerField(
        label=gettext_lazy("Working days, to"), required=False, min_value=0, max_value=LONGEST_DAYS
    )

    def __init__(self, *given: Any, languages: Sequence[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.names = {language: f"name_{language}" for language in languages}
        for language, name in self.names.items():
            label = format_lazy("{} ({})", gettext_lazy("Name"), language_label(language))
            self.fields[name] = forms.CharField(label=label, required=False, max_length=LONGEST_NAME)
        self.order_fields([*self.names.values(), "countries"])

    def clean_countries(self) -> tuple[str, ...]:
        """Return their codes, each once."""
        written = [one.strip() for one in _BETWEEN.split(self.cleaned_data["countries"]) if one.strip()]
        strange = [one for one in written if not read_countries(one)]
        if strange:
            raise forms.ValidationError(_("There’s no country by this name: %(names)s") % {"names": ", ".join(strange)})
        return tuple(dict.fromkeys(code for one in written for code in read_countries(one)))

    def clean(self) -> dict[str, Any]:
        """Have the days in order."""
        found = self.cleaned_data
        least, most = found.get("days_least"), found.get("days_most")
        if least is not None and most is not None and least > most:
            self.add_error("days_most", _("The second number can’t be lower than the first."))
        return found

    @property
    def option(self) -> ShippingOption | None:
        """Return what a valid row says, None for nothing."""
        found = self.cleaned_data
        if not found:  # a row that nobody touched
            return None
        option = ShippingOption(
            names={language: found[name] for language, name in self.names.items() if found[name]},
            countries=found["countries"],
            price=found["price"],
            free_from=found["free_from"],
            days_least=found["days_least"],
            days_most=found["days_most"],
        )
        return None if option == ShippingOption() else option


class ContactForm(forms.Form):
    """How the shop is reached."""

    email = forms.EmailField(label=gettext_lazy("Email address for shoppers"), required=False, max_length=254)
    phone = forms.CharField(label=gettext_lazy("Phone number"), required=False, max_length=40)
    address = forms.CharField(label=gettext_lazy("Postal address"), required=False, max_length=300)
    url = forms.URLField(
        label=gettext_lazy("Contact page"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(["https"])],
        help_text=gettext_lazy("Start the address with https://."),
    )


class ReturnsForm(forms.Form):
    """How long shoppers may return things, and where they withdraw from a purchase; either may be left open."""

    days = forms.IntegerField(
        label=gettext_lazy("Days to return an item"),
        required=False,
        min_value=0,
        max_value=LONGEST_RETURN,
        help_text=gettext_lazy("Answers “How long do I have to return it?” where none of your answers does."),
    )
    withdrawal_url = forms.URLField(
        label=gettext_lazy("Address of your withdrawal page"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(["https"])],
        help_text=gettext_lazy(
            "In the European Union, consumers must be able to withdraw from a purchase online. The assistant links "
            "there whenever somebody asks. Start the address with https://."
        ),
    )


ShippingForms = forms.formset_factory(ShippingForm, extra=MOST_EMPTY, max_num=MOST_OPTIONS, validate_max=True)


class DetailsForms:
    """The four forms of the page together: as they are set, or as they were sent."""

    def __init__(self, languages: Sequence[str], given: ShopDetails, sent: QueryDict | None = None) -> None:
        shown = {f"day{day}": write_day(spans) for day, spans in enumerate(given.hours.days)}
        # What was sent is compared with nothing: a row sent twice is no row that nobody touched.
        rows = [_row(one) for one in given.shipping] if sent is None else None
        self.hours = HoursForm(sent, initial=shown, prefix="hours")
        self.shipping = ShippingForms(sent, initial=rows, prefix="delivery", form_kwargs={"languages": languages})
        self.returns = ReturnsForm(sent, initial=asdict(given.returns))
        self.contact = ContactForm(sent, initial=asdict(given.contact), prefix="contact")

    def is_valid(self) -> bool:
        """Say whether all of them are; each is asked, so that every mistake is shown."""
        forms_here = (self.hours, self.shipping, self.returns, self.contact)
        return sum(one.is_valid() for one in forms_here) == len(forms_here)

    @property
    def details(self) -> ShopDetails:
        """Return what valid forms say."""
        options = (one.option for one in self.shipping)
        return ShopDetails(
            hours=self.hours.hours,
            shipping=tuple(one for one in options if one),
            returns=ReturnTerms(**self.returns.cleaned_data),
            contact=ContactDetails(**self.contact.cleaned_data),
        )


def _row(one: ShippingOption) -> dict[str, Any]:
    """An option as its row shows it, with the countries by the reader's names for them."""
    language = get_language() or "en"
    return {
        **{f"name_{spoken}": name for spoken, name in one.names.items()},
        "countries": ", ".join(country_name(code, language) for code in one.countries),
        "price": _amount(one.price, language),
        "free_from": _amount(one.free_from, language),
        "days_least": one.days_least,
        "days_most": one.days_most,
    }


def _amount(amount: Decimal | None, language: str) -> str:
    """An amount as somebody types it in their language."""
    return "" if amount is None else format_decimal(amount, "0.00", locale=language)
