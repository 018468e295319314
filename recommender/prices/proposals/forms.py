"""What the pages of proposals accept: what is decided, and the merchant's rules."""

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommender.prices.proposals.types import PriceSettings
from recommender.prices.types import PriceGoal
from shopconnect.core.clock import known_timezone
from shopconnect.core.errors import Refusal
from shopconnect.core.web.forms import CHOICE_ERRORS, TextField, plain_numbers

MOST_ENDINGS = 10
NO_DATE = gettext_lazy("Enter a date such as 2026-12-31.")


class ShareField(forms.IntegerField):
    """A whole number within bounds, with a sentence of its own for any other."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)
        self.bounds = {"least": least, "most": most}

    def clean(self, value: Any) -> int | None:
        """Return the number; raises ValidationError with the field's sentence."""
        try:
            found: int | None = super().clean(value)
        except forms.ValidationError as error:
            sentence = _("Enter a whole number from %(least)d to %(most)d.")
            raise forms.ValidationError(sentence % self.bounds) from error
        return found


class PriceRulesForm(forms.Form):
    """What the merchant allows."""

    largest_step = ShareField(1, 50)
    least_margin = ShareField(0, 95)
    ceiling = ShareField(100, 300)
    daily_limit = ShareField(0, 1000)
    weekly_limit = ShareField(0, 5000)
    endings = forms.CharField(required=False, max_length=60)
    has_parity = forms.BooleanField(required=False)
    freeze_days = ShareField(0, 90)
    tax = ShareField(0, 50, required=False)
    is_stopped = forms.BooleanField(required=False)
    approves_rises = forms.BooleanField(required=False)
    approves_falls = forms.BooleanField(required=False)
    goal = forms.ChoiceField(choices=[(goal.value, goal.value) for goal in PriceGoal], error_messages=CHOICE_ERRORS)
    clear_by = forms.DateField(required=False, error_messages={"invalid": NO_DATE})
    goal_words = TextField(longest=200)
    competitor_percent = ShareField(50, 200, required=False)

    def clean_endings(self) -> tuple[int, ...]:
        """Read endings as people write them: .99 .90, or 99, 90."""
        written = str(self.cleaned_data["endings"]).replace(",", " ").replace(";", " ").replace(".", " ").split()
        if any(not one.isascii() or not one.isdecimal() or len(one) != 2 for one in written):  # noqa: PLR2004
            raise forms.ValidationError(_("Enter the last two digits of your prices, such as 90 95 99."))
        return tuple(sorted({int(one) for one in written}))[:MOST_ENDINGS]


def initial_of(settings: PriceSettings) -> dict[str, Any]:
    """Return what a form of rules shows of settings."""
    clear_by = "" if settings.clear_by is None else settings.clear_by.isoformat()
    endings = " ".join(f"{ending:02}" for ending in settings.endings)
    return plain_numbers(asdict(settings)) | {"clear_by": clear_by, "endings": endings}


def settings_of(fields: dict[str, Any]) -> PriceSettings:
    """Return what a form of rules holds."""
    return PriceSettings(**{**fields, "goal": PriceGoal(fields["goal"])}, is_chosen=True)


def read_moment(text: str, zone: str) -> datetime | None:
    """Read the morning of a day in the shop's time zone, None for no day; raises Refusal(no_date)."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("no_date", str(NO_DATE), 400) from error
    return datetime.combine(day, time(6), ZoneInfo(known_timezone(zone)))
