"""What the forms of the page of results hold."""

from django import forms

from shopconnect.core.web.forms import NumberField


class HoldOutForm(forms.Form):
    """The share of visits, in percent, that sees the shop without suggestions."""

    percent = NumberField()


class StartForm(forms.Form):
    """For how many days half of the visits see the shop without suggestions."""

    days = NumberField()


class FallbackForm(forms.Form):
    """The shelf that is to show again what was learnt; "" is every shelf."""

    shelf = forms.CharField(required=False)


class DecisionForm(forms.Form):
    """The test that an owner decides on."""

    test = NumberField()
