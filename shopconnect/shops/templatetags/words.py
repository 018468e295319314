"""Roles and people in the reader's language."""

from django import template

from shopconnect.shops.notices import role_word
from shopconnect.shops.people import called, is_nowhere
from shopconnect.shops.types import MemberFacts

register = template.Library()
register.filter("role_word", role_word)


@register.filter
def called_by(person: MemberFacts) -> str:
    """Return what a member is called."""
    return called(person.name, person.email)


@register.filter
def mail_of(person: MemberFacts) -> str:
    """Return a member's e-mail address where mail reaches it, else ""."""
    return "" if is_nowhere(person.email) else person.email
