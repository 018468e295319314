"""What the forms of the sync room's pages hold."""

from collections import defaultdict
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shopconnect.core.words import fold
from shopconnect.sync.types import UploadedFile
from shopconnect.widgets.forms import SiteField

NO_CURRENCY = _("Write a currency as its three letters, as in EUR.")
NO_TIMEZONE = _("Choose a time zone from the list, such as Europe/Paris.")


# What a language does not know is shown as IANA names it.
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Brazil": _("Brazil"),
    "Canada": _("Canada"),
    "Chile": _("Chile"),
    "Etc": _("Fixed offsets from UTC"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Mexico": _("Mexico"),
    "Pacific": _("Pacific Ocean"),
    "US": _("United States"),
}
Zones = list[tuple[str, str]]


def zones_by_region() -> list[tuple[str, str | Zones]]:
    """Return no zone, then the regions of the time zones in the reader's words, each with its zones (name, city)."""
    cities = Locale.parse(get_language() or "en", sep="-").time_zones
    found: dict[str, Zones] = defaultdict(list)
    for zone in available_timezones():
        region, _slash, own_name = zone.partition("/")
        if own_name:
            city = cities.get(zone, {}).get("city") or own_name.replace("_", " ")
            found[str(REGIONS.get(region, region))].append((zone, city))
    regions = [(region, sorted(found[region], key=lambda one: fold(one[1]))) for region in sorted(found, key=fold)]
    return [("", "–"), *regions]


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
        choices=zones_by_region,
        widget=forms.Select(attrs={"data-own-zone": True}),
        error_messages={"invalid_choice": NO_TIMEZONE, "required": NO_TIMEZONE},
    )
    address = SiteField(
        help_text=_("Suggestions can only be shown on this site. You can add it later."), required=False
    )

    def clean_currency(self) -> str:
        """Return the currency in capital letters."""
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if currency not in list_currencies():
            raise forms.ValidationError(NO_CURRENCY)
        return currency


def files_named(data: QueryDict) -> list[UploadedFile]:
    """Return the files that a browser is about to send, as it names them; one without a size has none."""
    sizes = [int(size) if size.isdecimal() and len(size) <= len("1000000000") else 0 for size in data.getlist("size")]
    return [UploadedFile(name=name, size_bytes=size) for name, size in zip(data.getlist("name"), sizes, strict=False)]
