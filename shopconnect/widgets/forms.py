"""What the form of the snippet's page holds: the site that may show a shop's widgets."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from shopconnect.connectors.files.drafts import HOST

NO_ADDRESS = _("Write the address of your shop as in https://shop.example.org.")


class SiteField(forms.CharField):
    """The address of a site, of which the host is kept."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "url", "placeholder": "https://", "autocomplete": "url"}
        label = _("Web address of your shop")
        super().__init__(label=label, max_length=200, widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> str:
        """Return the host of the address, "" where there is none."""
        address = str(super().clean(value)).strip().lower()
        if not address:
            return ""
        try:
            host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        except ValueError:
            host = ""
        if not HOST.fullmatch(host):
            raise forms.ValidationError(NO_ADDRESS)
        return host


class SiteForm(forms.Form):
    """A site that may show the shop's widgets, or may no longer."""

    site = SiteField()
