"""Roles in the reader's language."""

from django import template

from shopconnect.shops.notices import role_word

register = template.Library()
register.filter("role_word", role_word)
