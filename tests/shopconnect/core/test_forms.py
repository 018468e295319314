"""Fields of forms that refuse nothing: a text is cut, what is no number stands for none."""

import pytest
from django import forms
from django.http import QueryDict

from shopconnect.core.web.forms import LONGEST_TEXT, NO_NUMBER, NumberField, TextField, read_form


class Typed(forms.Form):
    text = TextField()
    short = TextField(longest=3)
    number = NumberField()


def read(sent: str) -> dict[str, object]:
    return read_form(Typed(QueryDict(sent)))


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("", ""),
        ("text=%00", ""),
        ("text= a%00b ", " ab "),
        ("text=1&text=2", "2"),
        ("text=" + "x" * 100_000, "x" * LONGEST_TEXT),
    ],
)
def test_a_text_is_as_it_was_typed_but_for_zero_bytes_and_its_length(sent, text):
    assert read(sent)["text"] == text


def test_each_text_has_its_own_length():
    assert read("text=abcd&short=abcd") == {"text": "abcd", "short": "abc", "number": NO_NUMBER}


@pytest.mark.parametrize("typed", ["", "x", "1.5", "9" * 5000, "1%00"])
def test_what_is_no_number_stands_for_none(typed):
    assert read(f"number={typed}")["number"] == NO_NUMBER
