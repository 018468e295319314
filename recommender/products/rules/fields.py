"""What the fields of rules take, texts of a form or values of JSON alike, and what is said of what does not fit."""

from datetime import date
from enum import StrEnum
from typing import Any, LiteralString

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

# Why a rule is refused: a value that no such field takes, or one that contradicts what stands beside it.
UNFIT: LiteralString = "unfit"
CONTRARY: LiteralString = "contrary"


def refused(kind: LiteralString, sentence: str, **params: object) -> PydanticCustomError:
    """Return the error that carries a sentence, in English, and what goes into it."""
    return PydanticCustomError(kind, "{sentence}", {"sentence": sentence, **params})


def number(low: int, high: int, sentence: str) -> BeforeValidator:
    """Return what reads a whole number from low to high; nought may be written as nothing."""
    return BeforeValidator(lambda value: read_number(value, low, high, sentence))


def read_number(value: object, low: int, high: int, sentence: str) -> int:
    """Return a whole number from low to high; raises what carries the sentence."""
    text = str(value).strip()
    is_whole = text.isascii() and text.isdecimal() and len(text) < 20
    found = int(text) if is_whole else 0
    if (text and not is_whole) or not low <= found <= high:
        raise refused(UNFIT, sentence, low=low, high=high)
    return found


def read_day(value: object, sentence: str) -> date | None:
    """Return a day written as 2026-11-25, None for nothing; raises what carries the sentence."""
    if not value:
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise refused(UNFIT, sentence) from error


def word(words: type[StrEnum], sentence: str, *, or_none: bool = False) -> BeforeValidator:
    """Return what reads one of some words, or None for nothing."""

    def read(value: Any) -> StrEnum | None:
        if or_none and not value:
            return None
        try:
            return words(str(value))
        except ValueError as error:
            raise refused(UNFIT, sentence) from error

    return BeforeValidator(read)


def read_name(value: object, longest: int, sentence: str) -> str:
    """Return a name without blanks around it; raises what carries the sentence."""
    text = str(value).strip().replace("\0", "")
    if not text or len(text) > longest:
        raise refused(UNFIT, sentence)
    return text
