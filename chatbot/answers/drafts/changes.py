"""What changed from one version of an entry to the next, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from chatbot.answers.drafts.types import AnswerVersionSummary, ChangeKind, ComparedText, ComparedVersion, TextPiece
from chatbot.answers.types import EntrySummary

PART = re.compile(r"\s+|\S+")
SPACES = " \u00a0\u202f"


def compare_versions(versions: Sequence[AnswerVersionSummary]) -> list[ComparedVersion]:
    """Return versions, newest first, each with what it changed; the oldest changed nothing that is known.

    An unpublished version says nothing: what follows it is compared with the last that did.
    """
    compared = []
    for place, version in enumerate(versions):
        older = next((one for one in versions[place + 1 :] if one.texts), None)
        texts = tuple(_compare(version, older)) if version.texts else ()
        compared.append(ComparedVersion(version=version, texts=texts))
    return compared


def compare_texts(old: str, new: str) -> tuple[TextPiece, ...]:
    """Return a text in pieces: the words that stayed, were removed and were added, in the order of reading."""
    before, after = list(_words(old)), list(_words(new))
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    pieces: list[TextPiece] = []
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            pieces += _piece(ChangeKind.SAME, after[new_start:new_end], bool(pieces))
        else:
            pieces += _piece(ChangeKind.REMOVED, before[start:end], bool(pieces))
            pieces += _piece(ChangeKind.ADDED, after[new_start:new_end], bool(pieces))
    return tuple(pieces)


def _words(text: str) -> Iterator[str]:
    """Yield words, each with the space before it: one that begins another line than before counts as changed."""
    space = ""
    for part in PART.findall(text):
        if part.isspace():
            space = part
        else:
            yield space + part
            space = ""


def _piece(kind: ChangeKind, words: Sequence[str], has_more_before: bool) -> list[TextPiece]:
    """Return words as one piece, after the space that stands before them, which is never marked."""
    text = "".join(words)
    said = text.lstrip()
    space = text[: len(text) - len(said)] or " " * has_more_before
    return [piece for piece in (TextPiece(ChangeKind.SAME, space), TextPiece(kind, said)) if said and piece.text]


def _compare(version: AnswerVersionSummary, older: AnswerVersionSummary | None) -> Iterator[ComparedText]:
    before = older.texts if older else version.texts
    for language in sorted({*version.texts, *before}):
        nothing = EntrySummary("", language, "", "", (), "")
        old, new = before.get(language, nothing), version.texts.get(language, nothing)
        yield ComparedText(
            language=language,
            question=compare_texts(old.question, new.question),
            answer=compare_texts(old.answer, new.answer),
            category=compare_texts(old.category, new.category),
            phrases=_compare_phrases(old.phrases, new.phrases),
        )


def _compare_phrases(old: Sequence[str], new: Sequence[str]) -> tuple[TextPiece, ...]:
    """Return each phrase whole: those there are, then those that were removed."""
    stay = [TextPiece(ChangeKind.SAME if one in old else ChangeKind.ADDED, one) for one in new]
    return (*stay, *(TextPiece(ChangeKind.REMOVED, one) for one in old if one not in new))


def _keys(words: Sequence[str]) -> list[str]:
    return [word.strip(SPACES) for word in words]
