"""How facts are shown: pictures, money, shares."""

from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from shopconnect.core.money import Money

register = template.Library()


@register.filter
def picture_url(image: str) -> str:
    """Return where a product's picture is: its own address, or ours for one that came with a folder."""
    return image if "://" in image else reverse("dashboard:picture", args=[image])


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Write an amount as the reader's language does."""
    return Money(amount=amount, currency=currency).written(get_language() or "en")


@register.filter
def percent(number: float) -> float:
    """Return a number without its sign, for sentences that say better or worse."""
    return abs(number)
