"""What the page of the calendar accepts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommender.stock.types import LONGEST_NAME, EventKind
from shopconnect.core.web.forms import CHOICE_ERRORS

LONGEST_EVENT = timedelta(days=120)
NO_DAY = {"invalid": gettext_lazy("Enter a date such as 2026-12-31."), "required": gettext_lazy("Choose a date.")}
KIND_NAMES: dict[EventKind, Promise] = {
    EventKind.NATIONAL_DAY: gettext_lazy("National holiday"),
    EventKind.WINTER_SALES: gettext_lazy("Winter sales"),
    EventKind.SUMMER_SALES: gettext_lazy("Summer sales"),
    EventKind.BLACK_FRIDAY: gettext_lazy("Black Friday"),
    EventKind.MOTHERS_DAY: gettext_lazy("Mother’s Day"),
    EventKind.SCHOOL_HOLIDAYS: gettext_lazy("School holidays"),
    EventKind.OWN: gettext_lazy("Other event"),
}
ENTERED = [kind for kind in EventKind if kind != EventKind.NATIONAL_DAY]


class EventForm(forms.Form):
    """An event of the calendar; only one of the merchant's own kind has a name."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in ENTERED], error_messages=CHOICE_ERRORS)
    name = forms.CharField(required=False, max_length=LONGEST_NAME)
    first = forms.DateField(error_messages=NO_DAY)
    last = forms.DateField(error_messages=NO_DAY)

    def clean(self) -> dict[str, Any]:
        """Return the event; raises ValidationError for days in the wrong order and for one without a name."""
        fields: dict[str, Any] = super().clean() or {}
        if self.errors:
            return fields
        if not timedelta(0) <= fields["last"] - fields["first"] <= LONGEST_EVENT:
            raise forms.ValidationError(
                _("The last day must be the first one or later, and no more than 120 days after.")
            )
        fields["kind"] = EventKind(fields["kind"])
        if fields["kind"] != EventKind.OWN:
            fields["name"] = ""
        elif not fields["name"]:
            raise forms.ValidationError(_("Give the event a name."))
        return fields
