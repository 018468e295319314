"""What the forms of the page of notices hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shopconnect.core.web.forms import AddressField
from shopconnect.notifications.kinds import notice_kinds


def _kinds() -> list[tuple[str, str]]:
    return [(name, name) for name in notice_kinds()]


class AddressForm(forms.Form):
    """Where the shop wants to be written to."""

    email = AddressField(_("“%(text)s” isn’t a valid email address. Nothing was sent."))


class MailForm(forms.Form):
    """The kinds of notices that come by e-mail."""

    by_mail = forms.MultipleChoiceField(choices=_kinds, required=False)
