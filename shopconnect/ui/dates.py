"""Days and moments as the reader's language writes them."""

from datetime import date

from django.utils import dateformat
from django.utils.formats import get_format
from django.utils.translation import get_language, pgettext_lazy

FIRSTS = {"fr": r"j\e\r"}  # how a language writes the first day of a month, where it does not count it as the others
# Django's own French shortens these as nobody does; its formats read them from our catalogue.
SHORT_MONTHS = (
    pgettext_lazy("abbrev. month", "Jan."),
    pgettext_lazy("abbrev. month", "Feb."),
    pgettext_lazy("abbrev. month", "April"),
)


def date_format(value: date, format_name: str = "DATE_FORMAT") -> str:
    """Write a day or a moment, which stands in the reader's time zone already, in one of Django's formats."""
    pattern = get_format(format_name)
    first = FIRSTS.get(get_language() or "") if value.day == 1 else None
    return str(dateformat.format(value, pattern.replace("j", first, 1) if first else pattern))
