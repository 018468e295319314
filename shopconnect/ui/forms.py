"""What the forms of the language and of the search hold."""

from django import forms
from django.conf import settings

from shopconnect.core.web.forms import TextField

LONGEST_ADDRESS = 4096


class LanguageForm(forms.Form):
    """The language that somebody chose, and the page to go on to in it."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = TextField(longest=LONGEST_ADDRESS)


class SearchForm(forms.Form):
    """The words that are looked for, and whether the hits alone are wanted and not a page."""

    q = TextField(longest=200)
    hits = forms.BooleanField(required=False)
