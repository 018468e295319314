"""What the form of the cart holds."""

from django import forms

from shopconnect.core.web.forms import NumberField, TextField

MOST_TYPED = 999


class CartForm(forms.Form):
    """How many of a product go into the cart, one where that is no number; `set` says that no more are to be there."""

    product = TextField()
    quantity = NumberField()
    set = forms.BooleanField(required=False)

    def clean_quantity(self) -> int:
        """Return the number that was typed."""
        typed: int = self.cleaned_data["quantity"]
        return typed if 0 <= typed <= MOST_TYPED else 1
