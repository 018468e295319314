"""Numbers and currencies as people and spreadsheets write them."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NUMERAL = re.compile(
    r"""(?P<minus>[-−]?)
    (?P<whole>[0-9]+|[0-9]{1,3}(?P<group>[ .,'])[0-9]{3}(?:(?P=group)[0-9]{3})*)
    (?:(?!(?P=group))(?P<mark>[.,])(?P<decimals>[0-9]+))?""",
    re.VERBOSE,
)
_EITHER = re.compile(r"[-−]?[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1,234 is above a thousand, or little more than one
_PRICE = re.compile(r"([^0-9]*)([0-9](?:.*[0-9])?)([^0-9]*)")
_CODE = re.compile(r"[A-Z]{3}")
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP",
    "US$": "USD",
    "CA$": "CAD",
    "A$": "AUD",
    "NZ$": "NZD",
    "R$": "BRL",
    "¥": "JPY CNY",
    "₹": "INR",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "₴": "UAH",
    "kr": "SEK NOK DKK ISK",
    "kr.": "DKK",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "Fr.": "CHF",
    "FCFA": "XOF XAF",
}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number: `plain` is how Decimal reads it, its last mark taken for the decimal one.

    decimal_mark: what that is, or must be since the other one groups digits; "" where the number does not say.
    is_ambiguous: whether its only mark could group digits as well.
    """

    plain: str
    decimal_mark: str
    is_ambiguous: bool


@lru_cache(maxsize=65_536)
def read_numeral(value: str) -> Numeral | None:
    """Return what a text says as a number, None when it is none. Cached: prices repeat."""
    spaced = re.sub(r"\s", " ", value).replace("’", "'")
    found = _NUMERAL.fullmatch(spaced)
    if found is None:
        return None
    whole = re.sub(r"[^0-9]", "", found["whole"])
    fraction = f".{found['decimals']}" if found["decimals"] else ""
    other = {".": ",", ",": "."}.get(found["group"] or "", "")
    return Numeral(
        plain=("-" if found["minus"] else "") + whole + fraction,
        decimal_mark=found["mark"] or other,
        is_ambiguous=_EITHER.fullmatch(spaced) is not None,
    )


def split_price(value: str) -> tuple[str, str] | None:
    """Return the number and the currency of a price, a code or a sign before or after it; None when it is no price."""
    found = _PRICE.fullmatch(value)
    words = [word for part in (found[1], found[3]) if (word := part.strip())] if found else []
    if found is None or len(words) > 1 or not all(word in _SIGNS or _CODE.fullmatch(word) for word in words):
        return None
    return found[2], "".join(words)


def sole_currency(word: str) -> str:
    """Return the currency that a code or a sign stands for; nothing where it may be one of several."""
    meant = _SIGNS.get(word, word)
    return meant if _CODE.fullmatch(meant) else ""


def may_mean(word: str, currency: str) -> bool:
    """Whether a code or a sign may stand for a currency."""
    return word == currency or currency in _SIGNS.get(word, "").split()
