"""Takes out of a shopper's words what must not be kept: addresses, phones, cards and accounts. Order numbers stay."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 1_000
FEWEST_FIGURES = 10  # in an account number; without it one sentence in a hundred would pass the sum
PLACEHOLDERS = ("[email]", "[card]", "[iban]", "[phone]")
_JOINERS = {"\u200c", "\u200d"}  # they shape letters and emoji; every other invisible sign goes

_EMAIL = re.compile(r"[\w.+'%-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}", re.IGNORECASE)
_CARD = re.compile(r"(?<!\w)[2-6]\d{3}(?:[ .\-]?\d){10,15}(?!\w)")  # 14 figures or more: shorter ones are EAN codes
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)[1-9]\d{0,2}(?:[ .\-/]?\(?\d\)?){6,12}"  # international
    r"|\(?0[1-9]\)?(?:[ .\-/]?\d){8,9}"  # national, nine or ten figures after the first
    r"|\(\d{3}\)[ .\-]?\d{3}[ .\-]?\d{4}|\d{3}[.\-]\d{3}[.\-]\d{4})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text that may be kept, and the first e-mail address that was taken out of it, if any."""

    text: str
    email: str = ""


def clean(text: str) -> str:
    """At most LONGEST characters, in composed form, without control, invisible and direction-changing signs."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 2])
    printable = (sign for sign in text if sign in "\n\t" or sign in _JOINERS or unicodedata.category(sign)[0] != "C")
    return "".join(printable)[:LONGEST].strip()


def redact(text: str) -> Redacted:
    """A cleaned text in which each address, card, account and phone is replaced by one of PLACEHOLDERS."""
    return mask(clean(text))


def mask(text: str) -> Redacted:
    """The text with placeholders for what must not be kept; a text that was masked once stays as it is."""
    found = _EMAIL.search(text)
    email = re.sub(r"\s", "", found.group()).lower() if found else ""
    text = _EMAIL.sub("[email]", text)
    text = _IBAN.sub(_hide_iban, text)
    text = _CARD.sub(lambda match: "[card]" if _is_card(match.group()) else match.group(), text)
    return Redacted(_PHONE.sub("[phone]", text), email)


def without_placeholders(text: str) -> str:
    """The text without PLACEHOLDERS, for scoring: a placeholder says nothing of what is asked."""
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, " ")
    return text


def _is_card(text: str) -> bool:
    """Whether the figures pass the Luhn sum (ISO/IEC 7812-1)."""
    figures = [int(sign) for sign in text if sign.isdigit()]
    doubled = [figure * 2 - 9 * (figure > 4) for figure in figures[-2::-2]]
    return (sum(figures[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """Whether the account number leaves 1 on division by 97 (ISO 13616)."""
    signs = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(signs) <= 34 or sum(sign.isdigit() for sign in signs) < FEWEST_FIGURES:
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def _hide_iban(match: re.Match[str]) -> str:
    """A placeholder in place of the longest account number that the match begins with; words that follow stay."""
    text = match.group()
    ends = [place for place in range(len(text), 14, -1) if place == len(text) or text[place] in " -"]
    for end in ends:
        if _is_iban(text[:end]):
            return "[iban]" + text[end:]
    return text
