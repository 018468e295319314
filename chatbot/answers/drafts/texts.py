"""What an entry says in all its languages: as JSON keeps it, what stands in the way of publishing it, what names it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chatbot.answers.drafts.types import Texts
from chatbot.answers.faq_lines import read_entry
from chatbot.answers.types import EntrySummary
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.errors import Refusal
from shopconnect.core.languages import LANGUAGES

# What a text leaves to be filled in: [3–5 days]. Square brackets before a round one are a link.
PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,200}\](?!\()")


def as_json(texts: Texts) -> dict[str, dict[str, Any]]:
    """Return texts as JSON keeps them; read_texts gives the same texts back."""
    return {
        language: {"question": one.question, "answer": one.answer, "phrases": list(one.phrases)}
        | {"category": one.category}
        for language, one in sorted(texts.items())
    }


def read_texts(entry: str, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, EntrySummary]:
    """Return the texts of an entry from JSON."""
    return {
        language: EntrySummary(
            entry, language, one["question"], one["answer"], tuple(one["phrases"]), one.get("category", "")
        )
        for language, one in sorted(stored.items())
    }


def written_texts(texts: Texts) -> Texts:
    """Return the languages in which anything is written at all."""
    return {language: one for language, one in sorted(texts.items()) if one.question or one.answer or one.phrases}


def placeholders_in(texts: Texts) -> list[str]:
    """Return what is still to be filled in, each once, in the order of the texts."""
    said = [text for one in texts.values() for text in (one.question, one.answer, *one.phrases)]
    return list(dict.fromkeys(found for text in said for found in PLACEHOLDER.findall(text)))


def refuse_unstorable(texts: Texts) -> None:
    """Raise Refusal(bad_answer) for what the API and files refuse too; a draft may lack its question or answer."""
    for language, one in texts.items():
        line = as_json({language: one})[language] | {"id": one.external_id, "language": language}
        filled = {name: line[name] if line[name].strip() else "-" for name in ("question", "answer")}
        try:
            read_entry(line | filled)
        except BadRow as bad:
            raise _bad(_(bad.text) % bad.params) from bad
    # Neither a NUL nor half of a surrogate pair can stand in a table; a form's text has none, JSON's may.
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in _letters(texts)):
        raise _bad(_("The text contains invalid characters."))


def refuse_unfit(texts: Texts) -> None:
    """Raise Refusal(bad_answer) where texts may not be published: they are half written, or not filled in."""
    refuse_unstorable(texts)
    for language, one in texts.items():
        if not one.question.strip() or not one.answer.strip():
            raise _bad(
                _("The French version needs both a question and an answer.")
                if language == "fr"
                else _("The English version needs both a question and an answer.")
            )
    if not texts:
        raise _bad(_("Write a question and its answer first."))
    if left := placeholders_in(texts):
        raise _bad(_("Fill in these placeholders before you publish: %(names)s") % {"names": ", ".join(left)})


def is_ready(texts: Texts) -> bool:
    """Say whether texts may be published as they are."""
    try:
        refuse_unfit(texts)
    except Refusal:
        return False
    return True


def etag_of(texts: Texts) -> str:
    """Return a short text that is the same for the same texts, and another for others."""
    return hashlib.sha256(json.dumps(as_json(texts), sort_keys=True).encode()).hexdigest()[:16]


def question_of(texts: Texts, language: str) -> str:
    """Return the question of an entry, in a language where it is asked in it."""
    return next((one.question for one in _preferred(texts, language) if one.question), "")


def category_of(texts: Texts, language: str) -> str:
    """Return the category of an entry, in a language where it has one in it."""
    return next((one.category for one in _preferred(texts, language) if one.category), "")


def answer_of(texts: Texts, language: str) -> str:
    """Return the answer of an entry, in a language where it is written in it."""
    return next((one.answer for one in _preferred(texts, language) if one.answer), "")


def _preferred(texts: Texts, language: str) -> list[EntrySummary]:
    return [texts[one] for one in (language, *LANGUAGES) if one in texts]


def _letters(texts: Texts) -> str:
    return "".join("".join((one.question, one.answer, one.category, *one.phrases)) for one in texts.values())


def _bad(sentence: str) -> Refusal:
    return Refusal("bad_answer", sentence, 400)
