"""Takes out of a shopper's words what must not be kept: who and where they are, and what opens their accounts.

Order numbers, parcels, prices and dates stay: support needs them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn
from stdnum.fr import nir

LONGEST = 1_000
FEWEST_FIGURES = 10  # in an account number; without it one sentence in a hundred would pass the sum
PLACEHOLDERS = ("[email]", "[card]", "[iban]", "[phone]", "[id]", "[password]", "[address]")
REGIONS = ("FR", "BE", "CH", "LU", "GB", "IE", "US", "CA", "DE", "ES", "IT", "NL")
_JOINERS = {"\u200c", "\u200d"}  # they shape letters and emoji; every other invisible sign goes

_EMAIL = re.compile(r"[\w.+'%-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}", re.IGNORECASE)
_CARD = re.compile(r"(?<!\w)[2-6]\d{3}(?:[ .\-]?\d){10,15}(?!\w)")  # 14 figures or more: shorter ones are EAN codes
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_PERSON_NUMBER = re.compile(r"(?<!\w)[1-478](?:[ .\-]?[0-9AB]){14}(?!\w)", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+#])(?:(?:\+|00)[1-9](?:[ .\-/]?\(?\d\)?){6,14}"  # international
    r"|\(?0[1-9]\d{0,3}\)?(?:[ .\-/]?\d){5,9}"  # national
    r"|\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4})(?!\w)"  # in North America
)
_NAMED = r"(?:mots? de passe|mdp|code secret|code pin|passwords?|passwd|pwd|passcode|pin)"
# After a colon it is the next word, whatever it is; after "is" only what no language has as a word.
_PASSWORD = re.compile(
    rf"(?<!\w)({_NAMED}(?: \w{{1,20}}){{0,2}}? ?[:=] ?)\S{{3,64}}"
    rf"|(?<!\w)({_NAMED} ?(?:est|is|c'est|:|=)? ?)"
    r"(?=[^\s,;]{0,63}[\d!#$%&*?@_])(?=\S{0,63}[^\W\d])[^\s,;]{4,64}"
    rf"|(?<!\w)((?:pin|code pin|code secret) ?(?:est|is|:|=)? ?)\d{{4,8}}(?!\w)",
    re.IGNORECASE,
)
_CARD_CODE = re.compile(
    r"(?<!\w)((?:cvv2?|cvc2?|cryptogramme|security code|code de sécurité)(?: \w{1,12}){0,2}? ?[:=]? ?)\d{3,4}(?!\w)",
    re.IGNORECASE,
)
_CITY = r"[^\W\d_]{2,30}(?:[ '’-][^\W\d_]{2,30}){0,2}"
_STREET_FR = (
    r"\d{1,4} ?(?:bis|ter|quater)?,? (?:rue|avenue|av\.|boulevard|bd\.?|chemin|allée|allee|impasse|route|quai|faubourg)"
    r"(?: [\w'’-]{1,30}){1,5}"
)
_STREET_EN = (
    r"\d{1,5}[a-z]?,? (?!(?:off|percent|per|of|days?|in|the|on|by|for|way)\b)(?:[\w'’-]{2,20} ){1,2}"
    r"(?:street|road|avenue|lane|drive|crescent|boulevard)"
)
_ADDRESS = re.compile(
    rf"(?<![\w.,])(?:{_STREET_FR}?(?:,? ?\d{{5}},? {_CITY})?(?=[,.;:!?\n]|\Z| (?:merci|svp|et|mais)\b)"
    rf"|{_STREET_FR}?,? ?\d{{5}},? {_CITY}"
    rf"|{_STREET_EN}(?:(?:,? {_CITY})?,? (?:[a-z]{{1,2}}\d[\da-z]? ?\d[a-z]{{2}}|(?:[a-z]{{2}} )?\d{{5}}))?)(?!\w)",
    re.IGNORECASE,
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
    """A cleaned text in which each secret is replaced by one of PLACEHOLDERS."""
    return mask(clean(text))


def mask(text: str) -> Redacted:
    """The text with placeholders for what must not be kept; a text that was masked once stays as it is."""
    found = _EMAIL.search(text)
    email = re.sub(r"\s", "", found.group()).lower() if found else ""
    text = _EMAIL.sub("[email]", text)
    text = _PASSWORD.sub(_behind("[password]"), text)
    text = _IBAN.sub(_hide_iban, text)
    text = _CARD_CODE.sub(_behind("[card]"), text)
    text = _CARD.sub(_where(_is_card, "[card]"), text)
    text = _PERSON_NUMBER.sub(_where(nir.is_valid, "[id]"), text)
    text = _PHONE.sub(_where(_is_phone, "[phone]"), text)
    return Redacted(_ADDRESS.sub("[address]", text), email)


def without_placeholders(text: str) -> str:
    """The text without PLACEHOLDERS, for scoring: a placeholder says nothing of what is asked."""
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, " ")
    return text


def _where(is_secret: Callable[[str], bool], placeholder: str) -> Callable[[re.Match[str]], str]:
    return lambda match: placeholder if is_secret(match.group()) else match.group()


def _behind(placeholder: str) -> Callable[[re.Match[str]], str]:
    """A placeholder behind the words that name the secret; what was masked already stays."""

    def hide(match: re.Match[str]) -> str:
        named = next((group for group in match.groups() if group), "")
        return match.group() if match.group()[len(named) :].startswith("[") else named + placeholder

    return hide


def _is_card(text: str) -> bool:
    return bool(luhn.is_valid(re.sub(r"\D", "", text)))


def _is_phone(text: str) -> bool:
    """Whether a number can be called: from anywhere with its country's code, or in one of REGIONS."""
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        if text.startswith("+"):
            return phonenumbers.is_possible_number(phonenumbers.parse(text.replace("(0)", "")))
        return any(phonenumbers.is_valid_number(phonenumbers.parse(text, region)) for region in REGIONS)
    except phonenumbers.NumberParseException:
        return False


def _is_iban(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= FEWEST_FIGURES and bool(iban.is_valid(text, check_country=False))


def _hide_iban(match: re.Match[str]) -> str:
    """A placeholder in place of the longest account number that the match begins with; words that follow stay."""
    text = match.group()
    ends = [place for place in range(len(text), 14, -1) if place == len(text) or text[place] in " -"]
    for end in ends:
        if _is_iban(text[:end]):
            return "[iban]" + text[end:]
    return text
