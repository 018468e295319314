"""What the forms of the sync room's pages hold."""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shopconnect.connectors.files.drafts import HOST
from shopconnect.sync.types import UploadedFile

NO_CURRENCY = _("Write a currency as its three letters, as in EUR.")
NO_TIMEZONE = _("Choose a time zone from the list, such as Europe/Paris.")
NO_ADDRESS = _("Write the address of your shop as in https://shop.example.org, or leave it empty.")


class NewShopForm(forms.Form):
    """What the files of a shop do not say of it."""

    name = forms.CharField(
        label=_("Name of your shop"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    currency = forms.CharField(
        label=_("Currency of your prices"), help_text=_("Its three letters, such as EUR or USD."), max_length=3
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("", "–"), *((zone, zone) for zone in sorted(available_timezones()) if "/" in zone)],
        widget=forms.Select(attrs={"data-own-zone": True}),
        error_messages={"invalid_choice": NO_TIMEZONE, "required": NO_TIMEZONE},
    )
    address = forms.CharField(
        label=_("Web address of your shop"),
        help_text=_("Suggestions can only be shown on this site. You can add it later."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )

    def clean_currency(self) -> str:
        """Return the currency in capital letters."""
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if currency not in list_currencies():
            raise forms.ValidationError(NO_CURRENCY)
        return currency

    def clean_address(self) -> str:
        """Return the host of the address, "" where there is none."""
        address = str(self.cleaned_data["address"]).strip().lower()
        if not address:
            return ""
        try:
            host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        except ValueError:
            host = ""
        if not HOST.fullmatch(host):
            raise forms.ValidationError(NO_ADDRESS)
        return host


def files_named(data: QueryDict) -> list[UploadedFile]:
    """Return the files that a browser is about to send, as it names them; one without a size has none."""
    sizes = [int(size) if size.isdecimal() and len(size) <= len("1000000000") else 0 for size in data.getlist("size")]
    return [UploadedFile(name=name, size_bytes=size) for name, size in zip(data.getlist("name"), sizes, strict=False)]
