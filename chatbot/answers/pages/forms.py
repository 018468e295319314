"""What the forms of the pages of answers hold."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatbot.answers.composition.types import LARGEST_CAP
from chatbot.answers.drafts.types import Texts
from chatbot.answers.types import (
    LONGEST_ANSWER,
    LONGEST_CATEGORY,
    LONGEST_ID,
    LONGEST_PHRASE,
    MOST_PHRASES,
    EntrySummary,
)
from shopconnect.core.languages import LANGUAGES

LONGEST_TRIED = 1_000  # as a shopper's message


class TextForm(forms.Form):
    """What an entry says in one language, which is the prefix; all of it may be empty in a draft."""

    question = forms.CharField(label=gettext_lazy("Question"), required=False, max_length=LONGEST_PHRASE)
    phrases = forms.CharField(
        label=gettext_lazy("Other ways to ask it"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("One per line, as shoppers would write it. Four or more make a clear difference."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"), required=False, max_length=LONGEST_ANSWER, widget=forms.Textarea({"rows": 6})
    )
    category = forms.CharField(label=gettext_lazy("Category"), required=False, max_length=LONGEST_CATEGORY)

    def clean_phrases(self) -> tuple[str, ...]:
        """Return the lines that say something, each once."""
        lines = (line.strip() for line in self.cleaned_data["phrases"].splitlines())
        found = tuple(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_PHRASES:
            raise forms.ValidationError(_("Keep it to 200 phrases."))
        if any(len(one) > LONGEST_PHRASE for one in found):
            raise forms.ValidationError(_("Keep each phrase under 2,000 characters."))
        return found

    def clean_answer(self) -> str:
        """Return the answer with the line ends that every other door writes."""
        return "\n".join(str(self.cleaned_data["answer"]).splitlines())


class TrialForm(forms.Form):
    """A question to try, and in which language."""

    asked = forms.CharField(label=gettext_lazy("Question"), required=False, max_length=LONGEST_TRIED)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[(one, one) for one in LANGUAGES], required=False
    )


class ImportForm(forms.Form):
    """A table of answers, or the address of a page of the shop; and the language of what names none."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    url = forms.CharField(label=gettext_lazy("Address of the page"), required=False, max_length=2_000)
    pages = forms.BooleanField(required=False)  # those that the shop has on its platform
    language = forms.ChoiceField(choices=[(one, one) for one in LANGUAGES])


class EntryForm(forms.Form):
    """Which entry is meant, and as what an editor had it before them."""

    entry = forms.CharField(max_length=LONGEST_ID, strip=False)
    expected_etag = forms.CharField(required=False, max_length=16)


def text_forms(languages: Sequence[str], texts: Texts) -> dict[str, TextForm]:
    """Return a form for each language with what an entry says in it."""
    forms_by_language = {}
    for language in languages:
        one = texts.get(language) or EntrySummary("", language, "", "")
        initial = {"question": one.question, "phrases": "\n".join(one.phrases), "answer": one.answer}
        forms_by_language[language] = TextForm(prefix=language, initial=initial | {"category": one.category})
    return forms_by_language


def sent_forms(languages: Sequence[str], sent: QueryDict) -> dict[str, TextForm]:
    """Return a form for each language with what was sent."""
    return {language: TextForm(sent, prefix=language) for language in languages}


def with_chosen_phrases(sent: QueryDict) -> QueryDict:
    """Return what was sent, with the suggested phrases that were ticked under those that were typed."""
    together = sent.copy()
    for language in LANGUAGES:
        if chosen := sent.getlist(f"{language}-suggested"):
            together[f"{language}-phrases"] = "\n".join([sent.get(f"{language}-phrases", ""), *chosen])
    return together


def texts_of(entry: str, sent: dict[str, TextForm]) -> dict[str, EntrySummary]:
    """Return what valid forms say of an entry, by language."""
    return {language: EntrySummary(entry, language, **form.cleaned_data) for language, form in sent.items()}


class CompositionForm(forms.Form):
    """How many calls a month a language model may be asked, and whether it words answers."""

    cap = forms.IntegerField(label=gettext_lazy("Calls a month"), min_value=0, max_value=LARGEST_CAP)
    words_answers = forms.BooleanField(
        label=gettext_lazy("Let the language model word answers in the chat"), required=False
    )
