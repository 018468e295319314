"""What the form of the snippet's page holds: the site that may show a shop's widgets."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shopconnect.connectors.files.drafts import HOST

NO_ADDRESS = _("Enter your shop’s address, such as https://shop.example.org.")
NO_NAME = _("Enter the name of your site, such as shop.example.org: a number like 192.0.2.1 is not accepted.")
NO_DOMAIN = _("Enter the full name of your site, such as shop.example.org.")
NO_USER = _("Leave out the user name and the password: enter only the address of your shop.")
_TOP = re.compile(r"[a-z][a-z0-9-]+")  # no number ends a name: browsers read "10.1" as an address


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
            parts = urlsplit(address if "//" in address else f"//{address}")
            host = parts.hostname or ""
        except ValueError:
            raise forms.ValidationError(NO_ADDRESS) from None
        if why := _refusal(parts, host):
            raise forms.ValidationError(why)
        return host


def _refusal(parts: SplitResult, host: str) -> Any:
    """Return why a host can be nobody's site, None where it can; this machine's own is one in development."""
    if parts.username is not None or parts.password is not None:
        return NO_USER
    if _is_number(host):
        return NO_NAME
    if not HOST.fullmatch(host) or ".." in host:
        return NO_ADDRESS
    if host == "localhost" and not settings.PRODUCTION:
        return None
    if "." not in host:
        return NO_DOMAIN
    return None if _TOP.fullmatch(host.rpartition(".")[2]) else NO_NAME


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class SiteForm(forms.Form):
    """A site that may show the shop's widgets."""

    site = SiteField()


class AllowedSiteForm(forms.Form):
    """A site that may show the shop's widgets no longer, as it is kept."""

    site = forms.CharField(max_length=253)
