"""Roles and people in the reader's language."""

from django import template
from django.conf import settings

from shopconnect.accounts.access import reading_zone
from shopconnect.accounts.display_names import browser_name, called, is_nowhere, role_word
from shopconnect.accounts.types import Member

register = template.Library()
register.simple_tag(reading_zone, name="reading_zone")
register.filter("role_word", role_word)
register.filter("browser_name", browser_name)


@register.simple_tag
def is_mail_logged() -> bool:
    """Say whether e-mails are written to the log, as where no mail server is named; never in production."""
    return not settings.PRODUCTION and settings.EMAIL_BACKEND.endswith(".console.EmailBackend")


@register.filter
def called_by(person: Member) -> str:
    """Return what a member is called."""
    return called(person.name, person.email)


@register.filter
def mail_of(person: Member) -> str:
    """Return a member's e-mail address where mail reaches it, else ""."""
    return "" if is_nowhere(person.email) else person.email
