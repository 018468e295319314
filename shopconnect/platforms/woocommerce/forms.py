"""What the page on which a merchant names a shop takes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shopconnect.connectors.woocommerce.addresses import LONGEST, read_address

NO_ADDRESS = _("Enter the address your shoppers see, such as https://shop.example.org.")


class ConnectForm(forms.Form):
    """A shop's address."""

    site = forms.CharField(
        label=_("Address of your shop"),
        max_length=LONGEST,
        error_messages={"required": NO_ADDRESS, "max_length": NO_ADDRESS},
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "url"}),
    )

    def clean_site(self) -> str:
        """Return the shop's id."""
        shop = read_address(str(self.cleaned_data["site"]))
        if not shop:
            raise forms.ValidationError(NO_ADDRESS)
        return shop
