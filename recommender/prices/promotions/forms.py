"""What the page of promotions accepts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from recommender.prices.promotions.types import PromotionWish
from recommender.prices.proposals.forms import NO_DATE, ShareField
from shopconnect.core.web.forms import TextField

NO_NAME = gettext_lazy("Give the promotion a name.")


class PromotionForm(forms.Form):
    """A promotion: its name, its products in words, its days and its percentage."""

    name = forms.CharField(max_length=80, error_messages={"required": NO_NAME})
    words = TextField(longest=200)
    starts_on = forms.DateField(error_messages={"invalid": NO_DATE, "required": NO_DATE})
    ends_on = forms.DateField(error_messages={"invalid": NO_DATE, "required": NO_DATE})
    percent = ShareField(1, 90)


def wish_of(fields: dict[str, Any]) -> PromotionWish:
    """Return what a form holds."""
    return PromotionWish(**fields)
