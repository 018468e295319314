"""The filter `date` of every template: Django's, with days written as a native would."""

from datetime import date
from typing import Any

from django import template
from django.template import defaultfilters

from shopconnect.ui.dates import date_format

register = template.Library()


@register.filter("date", expects_localtime=True)
def write_date(value: Any, format_name: str = "DATE_FORMAT") -> str:
    """Write a day or a moment as the reader's language does, nothing for none."""
    return date_format(value, format_name) if isinstance(value, date) else str(defaultfilters.date(value, format_name))
