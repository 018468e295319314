"""Reading one cell of an export: empty is nothing, and what breaks the format is a sentence that names the column."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.values import (
    LARGEST_QUANTITY,
    LIST_LENGTH,
    MISSING,
    TEXT_LENGTH,
    TOO_MANY_DIGITS,
    BadRow,
    gettext_noop,
    in_bounds,
    read_amount,
)
from shopconnect.connectors.files.values import text as text
from shopconnect.connectors.html import plain_text

_ValueT = TypeVar("_ValueT")

TRUE_WORDS = frozenset({"true", "yes", "y", "1", "vrai", "oui"})
FALSE_WORDS = frozenset({"false", "no", "n", "0", "faux", "non"})
NO_AMOUNT = gettext_noop('"%(key)s" must be an amount without a currency, as in 12.50, and not negative.')
_PLAIN_AMOUNT = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
_THOUSANDTHS = 3
_NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,6})?")


def cut(record: ExportRow, column: str, most: int) -> str:
    """Return a text; what is longer than may be stored is noted as a fault and left out."""
    try:
        return text(record, column, most=most).strip()
    except BadRow as fault:
        record.faults.append(fault)
        return ""


def needed_text(record: ExportRow, column: str, most: int = TEXT_LENGTH) -> str:
    """Return a text that must be there."""
    found = text(record, column, most=most).strip()
    if not found:
        raise BadRow(MISSING, key=column)
    return found


def description(record: ExportRow, *columns: str) -> str:
    """Return what a reader sees of the first of some columns of HTML that holds something."""
    return next((seen for column in columns if (seen := plain_text(cut(record, column, TEXT_LENGTH)))), "")


def amount(record: ExportRow, column: str) -> Decimal | None:
    """Return an amount of money, or None; a comma before three digits could be either sign, and is refused."""
    value = text(record, column).strip()
    if not value:
        return None
    parts = _PLAIN_AMOUNT.fullmatch(value)
    if parts is None or (parts[2] == "," and len(parts[3]) == _THOUSANDTHS):
        raise BadRow(NO_AMOUNT, key=column)
    found = read_amount(value.replace(",", "."))
    if found is None:
        raise BadRow(TOO_MANY_DIGITS, key=column, whole="12", fraction="6")
    return found


def needed_amount(record: ExportRow, column: str) -> Decimal:
    """Return an amount of money that must be there."""
    found = amount(record, column)
    if found is None:
        raise BadRow(MISSING, key=column)
    return found


def spared(read: Callable[[ExportRow, str], _ValueT | None], record: ExportRow, column: str) -> _ValueT | None:
    """Return a value that the row can do without: a wrong one is a fault and None."""
    try:
        return read(record, column)
    except BadRow as fault:
        record.faults.append(fault)
        return None


def number(record: ExportRow, column: str) -> Decimal | None:
    """Return a count, such as of stock, or None; a wrong one is a fault."""
    value = text(record, column).strip()
    if not value:
        return None
    found = Decimal(value.replace(",", ".")) if _NUMBER.fullmatch(value) else None
    if found is None or abs(found) > LARGEST_QUANTITY:
        record.faults.append(BadRow(gettext_noop('"%(key)s" must be a number.'), key=column))
        return None
    return found.quantize(Decimal("0.001"))


def flag(record: ExportRow, column: str) -> bool | None:
    """Return yes or no, or None; any other word is a fault."""
    value = text(record, column).strip().casefold()
    if not value:
        return None
    if value not in TRUE_WORDS | FALSE_WORDS:
        sentence = gettext_noop('"%(key)s" must be yes or no, true or false, 1 or 0.')
        record.faults.append(BadRow(sentence, key=column))
        return None
    return value in TRUE_WORDS


def time(record: ExportRow, column: str) -> datetime | None:
    """Return a moment in UTC, or None; it must name its offset, as in 2026-01-31 12:00:00 +0100."""
    value = text(record, column).strip()
    if not value:
        return None
    iso = re.sub(r" (?=[+-]\d{2}:?\d{2}$)", "", value.replace(" UTC", "+00:00"))
    try:
        moment = datetime.fromisoformat(iso)
        if moment.tzinfo is None:
            raise ValueError
        return in_bounds(moment.astimezone(UTC), column)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadRow):
            raise
        sentence = gettext_noop('"%(key)s" must be a time with its offset, as in 2026-01-31 12:00:00 +0100.')
        raise BadRow(sentence, key=column) from error


def is_between(record: ExportRow, first: str, last: str, today: date) -> bool:
    """Whether a day lies within two days of a row, each of which may be missing; a day counts whole."""
    faults = len(record.faults)
    begins, ends = spared(_day, record, first), spared(_day, record, last)
    if len(record.faults) > faults:
        return False  # a day that cannot be read costs the reduction, not the product
    return (begins is None or begins <= today) and (ends is None or today < ends + timedelta(days=1))


def texts(record: ExportRow, column: str, separator: str = ",", most: int = 255) -> tuple[str, ...]:
    """Return the parts of a cell, each once and cut at `most`; a separator after a backslash is part of the text."""
    parts = re.split(rf"(?<!\\){re.escape(separator)}", text(record, column))
    found = dict.fromkeys(part.replace(f"\\{separator}", separator).strip()[:most] for part in parts)
    return tuple(part for part in found if part)[:LIST_LENGTH]


def path(category: str, separator: str = ">") -> tuple[str, ...]:
    """Return the steps of a category, widest first."""
    return tuple(step.strip()[:255] for step in category.split(separator) if step.strip())[:LIST_LENGTH]


def web_address(record: ExportRow, column: str, address: str) -> str:
    """Return the address of a picture or page; what is none is a fault."""
    if address and not address.startswith(("https://", "http://")):
        record.faults.append(BadRow(gettext_noop('"%(key)s" must be a URL.'), key=column))
        return ""
    return address[:2000]


def _day(record: ExportRow, column: str) -> date | None:
    value = text(record, column).strip()
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError as error:
        raise BadRow(gettext_noop('"%(key)s" must be a day, as in 2026-01-31.'), key=column) from error
