"""What the form of the demo's first page holds."""

from django import forms

from shopconnect.core.web.forms import TextField
from shopconnect.demo.types import DemoPart


class PartForm(forms.Form):
    """Who somebody wants to be; whoever is nobody is a shopper."""

    part = TextField()

    def clean_part(self) -> DemoPart:
        """Return the part that was chosen."""
        asked = self.cleaned_data["part"]
        return DemoPart(asked) if asked in set(DemoPart) else DemoPart.SHOPPER
