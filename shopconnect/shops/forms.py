"""What the form of a good-bye holds."""

from django import forms

from shopconnect.core.web.forms import TextField
from shopconnect.shops.types import FEEDBACK_CHARACTERS


class FeedbackForm(forms.Form):
    """Why a shop left: a reason, and words, in which each line's end is sent as two characters."""

    because = TextField()
    saying = TextField(longest=2 * FEEDBACK_CHARACTERS)
