"""What a page's form does when it is sent: a verb, then a sentence on the page that comes next."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shopconnect.core.errors import Refusal

NO_NUMBER, LONGEST_QUOTE, LONGEST_TEXT = -1, 80, 400
# Of a field of choices, whose own sentence quotes whatever was sent.
CHOICE_ERRORS = {"invalid_choice": gettext_lazy("Choose one of the settings.")}
Fields = dict[str, Any]


class NumberField(forms.IntegerField):
    """A whole number, or -1 for whatever else is sent: the verb says what it takes."""

    empty_value = NO_NUMBER

    def clean(self, value: Any) -> int:
        """Return the number that was sent."""
        try:
            return int(super().clean(value))
        except ValidationError:
            return NO_NUMBER


class TextField(forms.CharField):
    """A text as it was typed, without zero bytes and cut at `longest`; "" where none was sent."""

    def __init__(self, longest: int = LONGEST_TEXT) -> None:
        super().__init__(required=False, strip=False)
        self.longest = longest

    def clean(self, value: Any) -> str:
        """Return what is left of the text that was sent."""
        return str(value or "").replace("\0", "")[: self.longest]


class AddressField(forms.EmailField):
    """An e-mail address; `refusal` is the sentence on any other %(text)s."""

    def __init__(self, refusal: Promise, **options: Any) -> None:
        super().__init__(**options)
        self.refusal = refusal

    def clean(self, value: Any) -> str:
        """Return the address; raises ValidationError with the field's own sentence."""
        try:
            return str(super().clean(value))
        except ValidationError as error:
            raise ValidationError(
                str(self.refusal), params={"text": str(value or "").strip()[:LONGEST_QUOTE]}
            ) from error


def read_form(form: forms.Form) -> Fields:
    """Return what a form holds, and what stands for nothing where a field holds nothing that it takes."""
    form.is_valid()
    nothing = {name: getattr(field, "empty_value", None) for name, field in form.fields.items()}
    return {**nothing, **form.cleaned_data}


def plain_numbers(fields: Fields) -> Fields:
    """Return what a form is to show with its whole numbers as they are typed, without spaces between thousands."""
    return {name: str(value) if type(value) is int else value for name, value in fields.items()}


def first_error(form: forms.Form) -> str:
    """Return the first sentence on what is wrong with a form that was sent."""
    return str(next(iter(form.errors.values()))[0])


def run_and_redirect(request: HttpRequest, verb: Callable[[], object], done: str, after: str) -> HttpResponse:
    """Run a verb and go to a page, which says that it is done, or why it was refused."""
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect(after)
    messages.success(request, done, "good")
    return redirect(after)


def submit_or_show(
    request: HttpRequest,
    form: forms.Form,
    verb: Callable[[Fields], object],
    done: str,
    after: str,
    show: Callable[[str, int], HttpResponse],
) -> HttpResponse:
    """Run a verb with what a form holds and go to a page; what is wrong is shown with what was typed, and a status.

    `show` makes that page of a sentence and the status. `done` may name what the form holds, as in %(name)s.
    """
    if not form.is_valid():
        return show(first_error(form), HTTPStatus.BAD_REQUEST)
    try:
        verb(form.cleaned_data)
    except Refusal as refusal:
        return show(refusal.message, refusal.status)
    messages.success(request, done % form.cleaned_data, "good")
    return redirect(after)


def submit_and_redirect(
    request: HttpRequest, form: forms.Form, verb: Callable[[Fields], object], done: str, after: str, **words: object
) -> HttpResponse:
    """Run a verb with what a form holds and go to a page, which says that it is done, or what is wrong.

    `done` may name what the form holds, as in %(email)s, and other words.
    """
    if not form.is_valid():
        messages.error(request, first_error(form), "bad")
        return redirect(after)
    return run_and_redirect(request, lambda: verb(form.cleaned_data), done % {**form.cleaned_data, **words}, after)
