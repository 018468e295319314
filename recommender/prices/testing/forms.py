"""What the page of price tests accepts: products, weeks and blocks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from recommender.prices.proposals.forms import ShareField
from recommender.prices.testing.types import FEWEST_WEEKS_OF_TEST, MOST_WEEKS_OF_TEST, BlockKind, PriceTestPlan
from shopconnect.core.web.lists import read_public_ids

BLOCKS = {
    BlockKind.HALF_WEEK: gettext_lazy("twice a week"),
    BlockKind.WEEK: gettext_lazy("every week"),
    BlockKind.FORTNIGHT: gettext_lazy("every two weeks"),
}


class PriceTestForm(forms.Form):
    """For how long prices take turns, and how often."""

    weeks = ShareField(FEWEST_WEEKS_OF_TEST, MOST_WEEKS_OF_TEST)
    block = forms.TypedChoiceField(choices=list(BLOCKS.items()), coerce=BlockKind)


def plan_of(fields: dict[str, Any], products: list[str]) -> PriceTestPlan:
    """Return what a form and the ticked products ask for."""
    return PriceTestPlan(products=read_public_ids(products), weeks=fields["weeks"], block=fields["block"])
