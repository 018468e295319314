"""A table that was uploaded on a page: taken, and told what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from shopconnect.catalog.tables.reading import RowProblem, problems_in_words
from shopconnect.core.errors import Refusal
from shopconnect.core.web.forms import first_error


class ItemTableForm(forms.Form):
    """A table as a file."""

    table = forms.FileField(
        error_messages={
            name: gettext_lazy("Choose a CSV file.") for name in ("required", "invalid", "missing", "empty")
        }
    )


def receive_item_table(
    request: HttpRequest,
    load: Callable[[Path], tuple[int, Sequence[RowProblem]]],
    done: Callable[[int], str],
    after: str,
) -> HttpResponse:
    """Load the table that was sent and go to a page, which says of how many items it told, and what was not taken."""
    form = ItemTableForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, first_error(form), "bad")
        return redirect(after)
    with NamedTemporaryFile(suffix=".csv") as file:
        for chunk in form.cleaned_data["table"].chunks():
            file.write(chunk)
        file.flush()
        try:
            count, problems = load(Path(file.name))
        except Refusal as refusal:
            messages.error(request, refusal.message, "bad")
            return redirect(after)
    messages.success(request, done(count), "good")
    if problems:
        messages.error(request, problems_in_words(problems), "bad")
    return redirect(after)
