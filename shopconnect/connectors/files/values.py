"""Reading one value of a line's object. Complaints name keys and never quote what stood there."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shopconnect.core.clock import read_time

Row = Mapping[str, Any]
_WordT = TypeVar("_WordT", bound=StrEnum)

ID_LENGTH, TEXT_LENGTH, LIST_LENGTH = 255, 200_000, 1000
LARGEST_PUBLIC_ID = 2**63 - 1
# What lies outside is a broken clock or a made-up date, and no moment of a shop.
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# As many digits as numeric(18,6) holds: more would be refused by the database, a whole batch at once.
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")
CURRENCY = re.compile(r"[A-Z]{3}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
SMALLEST_QUANTITY, LARGEST_QUANTITY = Decimal("0.001"), Decimal(10**9)


def gettext_noop(text: str) -> str:
    """Mark a text for translation: whoever shows it translates it, for connectors know no Django."""
    return text


MISSING = gettext_noop('"%(key)s" is missing.')
TOO_MANY = gettext_noop('"%(key)s" has more than %(most)s entries.')
TOO_MANY_DIGITS = gettext_noop('"%(key)s" has more than %(whole)s digits before the point or %(fraction)s after it.')


class BadRow(ValueError):
    """A line's object breaks the format; `text` is a sentence that names the key, to be filled with `params`."""

    def __init__(self, text: str, **params: str) -> None:
        super().__init__(text % params if params else text)
        self.text, self.params = text, params


class ParsedRow(dict[str, Any]):
    """A line's object; `faults` are of values that may be missing, and therefore count as missing."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        super().__init__(found)
        self.faults: list[BadRow] = []


def spare(row: Row, fault: BadRow) -> None:
    """Note what is wrong with a part of a line that the rest can do without; raises it where nobody reads faults."""
    if not isinstance(row, ParsedRow):
        raise fault
    row.faults.append(fault)


def value_of(row: Row, key: str) -> Any:
    """Return what stands under a key; missing, null, an empty text and an empty list are all None."""
    value = row.get(key)
    return None if value == "" or value == [] else value


def text(row: Row, key: str, *, most: int = TEXT_LENGTH) -> str:
    """Return a text, empty where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRow(gettext_noop('"%(key)s" must be a string.'), key=key)
    if len(value) > most:
        raise BadRow(gettext_noop('"%(key)s" is longer than %(most)s characters.'), key=key, most=f"{most:,}")
    return value


def needed_text(row: Row, key: str, *, most: int = TEXT_LENGTH) -> str:
    """Return a text that must be there."""
    value = text(row, key, most=most)
    if not value.strip():
        raise BadRow(MISSING, key=key)
    return value


def optional_id(row: Row, key: str, *, most: int = ID_LENGTH) -> str:
    """Return an id as text, empty where it is missing or null; whole numbers are taken as their digits."""
    value = value_of(row, key)
    if type(value) is str and len(value) <= most:
        return value
    # Many exports write ids as numbers; true is an int to Python, and no id.
    if isinstance(value, int) and not isinstance(value, bool):
        return text({key: str(value)}, key, most=most)
    return text(row, key, most=most)


def needed_id(row: Row, key: str, *, most: int = ID_LENGTH) -> str:
    """Return an id that must be there."""
    value = optional_id(row, key, most=most)
    if not value:
        raise BadRow(MISSING, key=key)
    return value


def public_id(row: Row, key: str) -> int:
    """Return one of our public ids, which must be there: digits in quotes."""
    value = needed_id(row, key, most=19)
    # isdigit takes the digits of every script, and a public id is a bigint.
    if not (value.isascii() and value.isdigit()) or int(value) > LARGEST_PUBLIC_ID:
        raise BadRow(gettext_noop('"%(key)s" must be a number of at most 19 digits.'), key=key)
    return int(value)


def one_of(row: Row, key: str, words: Iterable[str]) -> str:
    """Return one of some words, empty where it is missing or null."""
    value, known = text(row, key), tuple(words)
    if value and value not in known:
        raise BadRow(gettext_noop('"%(key)s" must be one of: %(words)s.'), key=key, words=", ".join(known))
    return value


def needed_one_of(row: Row, key: str, words: Iterable[str]) -> str:
    """Return one of some words, which must be there."""
    value = one_of(row, key, words)
    if not value:
        raise BadRow(MISSING, key=key)
    return value


def word(row: Row, key: str, words: type[_WordT]) -> _WordT | None:
    """Return one of some words, or None where it is missing or null."""
    value = one_of(row, key, words)
    return words(value) if value else None


def needed_word(row: Row, key: str, words: type[_WordT]) -> _WordT:
    """Return one of some words, which must be there."""
    return words(needed_one_of(row, key, words))


def whole(row: Row, key: str, *, most: int) -> int | None:
    """Return a whole number from 0 to `most`, or None where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadRow(gettext_noop('"%(key)s" must be a whole number from 0 to %(most)s.'), key=key, most=f"{most:,}")
    return value


def needed_whole(row: Row, key: str, *, most: int) -> int:
    """Return a whole number from 0 to `most`, which must be there."""
    found = whole(row, key, most=most)
    if found is None:
        raise BadRow(MISSING, key=key)
    return found


def flag(row: Row, key: str) -> bool | None:
    """Return true, false, or None where it is missing or null."""
    value = value_of(row, key)
    if value is not None and not isinstance(value, bool):
        raise BadRow(gettext_noop('"%(key)s" must be true or false.'), key=key)
    return value


def time(row: Row, key: str) -> datetime | None:
    """Return a moment in UTC, or None where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return None
    moment = _moment(value) if isinstance(value, str) else None
    if moment is None:
        raise BadRow(gettext_noop('"%(key)s" must be a date and time, such as "2026-01-31T12:00:00Z".'), key=key)
    return in_bounds(moment, key)


def in_bounds(moment: datetime, key: str) -> datetime:
    """Return a moment that a shop can have had."""
    if not EARLIEST <= moment <= LATEST:
        sentence = gettext_noop('"%(key)s" must be between the years %(first)s and %(last)s.')
        raise BadRow(sentence, key=key, first=str(EARLIEST.year), last=str(LATEST.year))
    return moment


def needed_time(row: Row, key: str) -> datetime:
    """Return a moment that must be there."""
    moment = time(row, key)
    if moment is None:
        raise BadRow(MISSING, key=key)
    return moment


def amount(row: Row, key: str) -> Decimal | None:
    """Return an amount of money that is not negative, or None where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return None
    # A JSON number would have been a binary fraction at whoever wrote it: 0.1 + 0.2 is no price.
    found = read_amount(value) if isinstance(value, str) else None
    if found is None and isinstance(value, str) and DECIMAL.fullmatch(value):
        raise BadRow(TOO_MANY_DIGITS, key=key, whole="12", fraction="6")
    if found is None or found < 0:
        raise BadRow(
            gettext_noop('"%(key)s" must be a decimal in quotes, such as "12.50", and can’t be negative.'), key=key
        )
    return found


def needed_amount(row: Row, key: str) -> Decimal:
    """Return an amount of money that must be there."""
    found = amount(row, key)
    if found is None:
        raise BadRow(MISSING, key=key)
    return found


@lru_cache(maxsize=65_536)
def read_amount(value: str) -> Decimal | None:
    """Return the decimal of a text in major units, None when it is none. Cached: prices repeat."""
    return Decimal(value) if AMOUNT.fullmatch(value) else None


def number(row: Row, key: str) -> Decimal | None:
    """Return a JSON number with three decimals at most, or None where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadRow(gettext_noop('"%(key)s" must be a number.'), key=key)
    # Files are read with Decimal for their fractions, so that no digit is lost on the way.
    found = Decimal(value)
    if abs(found) > LARGEST_QUANTITY or found != found.quantize(SMALLEST_QUANTITY):
        raise BadRow(gettext_noop('"%(key)s" must be less than a billion, with at most three decimals.'), key=key)
    return found


def needed_number(row: Row, key: str) -> Decimal:
    """Return a number that must be there."""
    found = number(row, key)
    if found is None:
        raise BadRow(MISSING, key=key)
    return found


def currency(row: Row, key: str = "currency") -> str:
    """Return an ISO 4217 code that must be there."""
    value = needed_text(row, key)
    if not CURRENCY.fullmatch(value):
        raise BadRow(gettext_noop('"%(key)s" must be three capital letters, such as "EUR".'), key=key)
    return value


def language(value: object, key: str = "language") -> str:
    """Return a language tag."""
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise BadRow(gettext_noop('"%(key)s" must be a language tag, such as "fr" or "en".'), key=key)
    return value


def timezone(row: Row, key: str) -> str:
    """Return an IANA time zone that must be there."""
    value = needed_text(row, key, most=60)
    try:
        # Asked of the machine, for the list of zones changes every year.
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRow(gettext_noop('"%(key)s" must be an IANA time zone, such as "Europe/Paris".'), key=key) from error
    return value


def texts(row: Row, key: str, *, most: int = ID_LENGTH) -> tuple[str, ...]:
    """Return a list of texts, empty where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise BadRow(gettext_noop('"%(key)s" must be a list of strings.'), key=key)
    if len(value) > LIST_LENGTH:
        raise BadRow(TOO_MANY, key=key, most=f"{LIST_LENGTH:,}")
    if any(len(part) > most for part in value):
        sentence = gettext_noop('"%(key)s" has an entry of more than %(most)s characters.')
        raise BadRow(sentence, key=key, most=f"{most:,}")
    return tuple(value)


def rows(row: Row, key: str, *, most: int = 10_000) -> list[Row]:
    """Return a list of objects, empty where it is missing or null."""
    value = value_of(row, key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise BadRow(gettext_noop('"%(key)s" must be a list of objects.'), key=key)
    if len(value) > most:
        raise BadRow(TOO_MANY, key=key, most=f"{most:,}")
    return value


def json_value(row: Row, key: str) -> Any:
    """Return any JSON value as the standard library writes it: read exactly, fractions come as Decimal."""
    try:
        return json.loads(json.dumps(row.get(key), default=_plain_number, allow_nan=False))
    except ValueError as error:
        raise BadRow(gettext_noop('"%(key)s" contains a number that is too large.'), key=key) from error


def _plain_number(number: Decimal) -> int | float:
    nearest = float(number)
    # The database gives a whole number back with all its digits, however it was written.
    return int(number) if math.isfinite(nearest) and number == number.to_integral_value() else nearest


@lru_cache(maxsize=4096)
def _moment(value: str) -> datetime | None:
    # RFC 3339 knows leap seconds, which Python does not: they are the moment after them.
    is_leap = value[17:19] == "60"
    text = f"{value[:17]}59{value[19:]}" if is_leap else value
    try:
        # Python also reads shorter spellings, such as 20260131T12Z, which the format does not know.
        moment = read_time(text.upper()) if len(value) >= len("2026-01-31T12:00Z") else None
        return moment + timedelta(seconds=1) if moment and is_leap else moment
    except (ValueError, OverflowError):
        return None
