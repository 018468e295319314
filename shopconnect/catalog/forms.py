"""What narrows the list of products."""

from django import forms

from shopconnect.catalog.types import ProductState
from shopconnect.core.web.forms import TextField


class CatalogueForm(forms.Form):
    """Words, whether it can be bought, and a category."""

    q = TextField(longest=200)
    state = forms.ChoiceField(choices=[(state.value, state.value) for state in ProductState], required=False)
    category = TextField(longest=200)
