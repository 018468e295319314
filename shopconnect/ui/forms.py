"""What the form of the language holds."""

from django import forms
from django.conf import settings

from shopconnect.core.web.forms import TextField

LONGEST_ADDRESS = 4096


class LanguageForm(forms.Form):
    """The language that somebody chose, and the page to go on to in it."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = TextField(longest=LONGEST_ADDRESS)
