"""What the forms of the pages of accounts hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shopconnect.accounts.types import Role
from shopconnect.core.web.forms import AddressField, NumberField, TextField


class RoleForm(forms.Form):
    """A role; whatever is none is the least of them."""

    role = forms.CharField(required=False)

    def clean_role(self) -> Role:
        """Return the role that was chosen."""
        role = self.cleaned_data["role"]
        return Role(role) if role in set(Role) else Role.SUPPORT


class InvitationForm(RoleForm):
    """Who is invited, and as what."""

    email = AddressField(_("“%(text)s” isn’t a valid email address. No invitation was sent."))


class SecondStepForm(forms.Form):
    """Whether each member needs a second step."""

    is_needed = forms.BooleanField(required=False)


class SwitchForm(forms.Form):
    """The shop, by its slug, that a person goes on with."""

    shop = TextField()


class TokenForm(forms.Form):
    """What a new token is called, what it may do, and for how many days; `once` is the same in a form sent twice."""

    name = TextField()
    scopes = forms.Field(widget=forms.SelectMultiple, required=False)
    days = NumberField()
    once = TextField(longest=64)
