"""What the forms of the pages of suggestions hold."""

from django import forms

from shopconnect.core.web.forms import CHOICE_ERRORS, NumberField, TextField

LONGEST_RULE = 5_000  # JSON writes a sign of a name as twelve at most


class DiversityForm(forms.Form):
    """How much accuracy, in percent, the shop gives for variety."""

    percent = NumberField()


class CountsForm(forms.Form):
    """Whether reasons say on how many orders they rest; None where neither was chosen."""

    shows_counts = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")], coerce=lambda sent: sent == "1", empty_value=None, error_messages=CHOICE_ERRORS
    )


class ForYouForm(forms.Form):
    """What *for you* offers."""

    for_you = TextField(longest=4)


class DiversityTestForm(DiversityForm):
    """The setting of variety that half of the visits get, and for how many days."""

    days = NumberField()


class RemovalForm(forms.Form):
    """The rule to take out of the draft, as the page wrote it."""

    rule = TextField(longest=LONGEST_RULE)


class DayForm(forms.Form):
    """The day on which a preview looks at the rules; None where none was asked for."""

    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class PublishForm(forms.Form):
    """Which draft was looked at, and whether it is meant whatever is said against it."""

    expected_etag = forms.CharField(required=False)
    is_confirmed = forms.BooleanField(required=False)


class RulesTestForm(PublishForm):
    """The same of a test of rules, and for how many days it runs."""

    days = NumberField()
