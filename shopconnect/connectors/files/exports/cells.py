"""Reading one cell of an export: empty is nothing, and what breaks the format is a sentence that names the column."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from shopconnect.connectors.files.exports.conventions import SLASHED
from shopconnect.connectors.files.exports.numerals import may_mean, read_numeral, split_price
from shopconnect.connectors.files.exports.types import ExportRow
from shopconnect.connectors.files.values import (
    ID_LENGTH,
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
_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]+")

TRUE_WORDS = frozenset({"true", "yes", "y", "1", "vrai", "oui"})
FALSE_WORDS = frozenset({"false", "no", "n", "0", "faux", "non"})
# Currencies whose prices have three decimals.
THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
NO_AMOUNT = gettext_noop('"%(key)s" must be an amount, as in 12.50, and not negative.')
OTHER_CURRENCY = gettext_noop('"%(key)s" must be in %(currency)s, but the cell names another currency.')
TWO_WAYS = gettext_noop(
    '"%(key)s" can be read in two ways, like 1,234. Write 1234.00 if it’s more than a thousand, '
    "1.2340 if it’s little more than one."
)
SAME_SKU = gettext_noop("Another product in the file has the same SKU.")
IS_ROUNDED = gettext_noop(
    '"%(key)s" was rounded by a spreadsheet, as in 3.76E+12, and is skipped. '
    "Format the column as text and export again."
)
NO_TIME = gettext_noop('"%(key)s" must be a date and time, as in 2026-01-31 12:00 or 2026-01-31 12:00:00 +0100.')
DAY_OR_MONTH = gettext_noop(
    'The dates in the file don’t show which number is the day. Write "%(key)s" as in 2026-01-31 12:00.'
)


def cut(record: ExportRow, column: str, most: int) -> str:
    """Return a text; what is longer than may be stored is noted as a fault and left out."""
    try:
        return text(record, column, most=most).strip()
    except BadRow as fault:
        record.faults.append(fault)
        return ""


def sku(record: ExportRow, column: str) -> str:
    """Return a SKU; one that a spreadsheet rounded is a fault and "", for it may stand for many."""
    found = cut(record, column, ID_LENGTH).lstrip("'")
    if is_rounded(found):
        record.faults.append(BadRow(IS_ROUNDED, key=column))
        return ""
    return found


def is_rounded(value: str) -> bool:
    """Say whether a spreadsheet rounded an identifier, which may then stand for many."""
    return _ROUNDED.fullmatch(value) is not None


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
    """Return an amount of money, or None; it may name its currency, which must be the one that the row is in."""
    value = text(record, column).strip()
    if not value:
        return None
    price = split_price(value)
    currency = record.get("currency", "").strip().upper() or record.conventions.currency
    if price and price[1] and currency and not may_mean(price[1], currency):
        raise BadRow(OTHER_CURRENCY, key=column, currency=currency)
    decimal = _decimal(record, column, price[0], has_thousandths=currency in THOUSANDTHS) if price else None
    if decimal is None:
        raise BadRow(NO_AMOUNT, key=column)
    found = read_amount(decimal)
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
    return spared(_number, record, column)


def needed_quantity(record: ExportRow, column: str) -> Decimal:
    """Return a count above zero that must be there."""
    found = _number(record, column)
    if found is None or found <= 0:
        raise BadRow(gettext_noop('"%(key)s" must be above zero.'), key=column)
    return found


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
    """Return a moment in UTC, or None; without an offset it is read in the file's time zone.

    What a change of clocks skips or repeats is read with the offset from before it.
    """
    value = text(record, column).strip()
    if not value:
        return None
    try:
        moment = _moment(record, column, value)
        zone = moment.tzinfo or ZoneInfo(record.conventions.timezone)
        return in_bounds(moment.replace(tzinfo=zone).astimezone(UTC), column)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadRow):
            raise
        raise BadRow(NO_TIME, key=column) from error


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


def _number(record: ExportRow, column: str) -> Decimal | None:
    value = text(record, column).strip()
    if not value:
        return None
    decimal = _decimal(record, column, value)
    if decimal is None or abs(Decimal(decimal)) > LARGEST_QUANTITY:
        raise BadRow(gettext_noop('"%(key)s" must be a number.'), key=column)
    return Decimal(decimal).quantize(Decimal("0.001"))


def _decimal(record: ExportRow, column: str, value: str, *, has_thousandths: bool = False) -> str | None:
    """Return a number as Decimal reads it, None when it is none; raises BadRow where its mark could be either."""
    found = read_numeral(value)
    if found is None:
        return None
    if has_thousandths or not found.is_ambiguous:
        return found.plain
    mark = record.conventions.decimal_mark(column)
    if not mark:
        raise BadRow(TWO_WAYS, key=column)
    return found.plain if mark == found.decimal_mark else found.plain.replace(".", "")


def _moment(record: ExportRow, column: str, value: str) -> datetime:
    """Return a moment with or without its offset; raises ValueError."""
    if slashed := SLASHED.fullmatch(value):
        first, second, year, hour, rest, half = slashed.groups()
        is_day_first = record.conventions.is_day_first
        if is_day_first is None:
            raise BadRow(DAY_OR_MONTH, key=column)
        day, month = (first, second) if is_day_first else (second, first)
        if half:
            hour = str(datetime.strptime(f"{hour} {half}M", "%I %p").hour)  # noqa: DTZ007
        return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}{rest}")
    if ":" not in value:
        raise ValueError(value)  # a day is no moment
    return datetime.fromisoformat(re.sub(r" (?=[+-]\d{2}:?\d{2}$)", "", value.replace(" UTC", "+00:00")))


def _day(record: ExportRow, column: str) -> date | None:
    value = text(record, column).strip()
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError as error:
        raise BadRow(gettext_noop('"%(key)s" must be a day, as in 2026-01-31.'), key=column) from error
