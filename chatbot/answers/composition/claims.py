"""The claims of a text that can be compared: numbers with their units, dates, links, addresses, names, promises."""

from __future__ import annotations

import re
import unicodedata

from chatbot.answers.engine.tokenizer import fold

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,190}"
    r"|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}(?:/\S*)?(?!\w)"
)
_DATE = re.compile(r"(?<![\d./-])\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?![\d./-]?\d)")
_TIME = re.compile(r"(\d{1,2}) ?(?::|h) ?(\d{2})(?!\d)")
_PHONE = re.compile(r"\+?\d(?:[ .\-]?\d){6,}")
_THOUSANDS = re.compile(r"(?<=\d)[ .,'’](?=\d{3}(?!\d))")
_UNITS = {
    "eur": "€ eur euro euros",
    "usd": "$ usd dollar dollars",
    "gbp": "£ gbp pound pounds",
    "chf": "chf franc francs",
    "%": "% percent pourcent",
    "minute": "minute minutes min",
    "hour": "hour hours heure heures h",
    "day": "day days jour jours",
    "week": "week weeks semaine semaines",
    "month": "month months mois",
    "year": "year years an ans annee annees",
    "kg": "kg kilo kilos",
    "g": "g gram grams gramme grammes",
    "km": "km",
    "cm": "cm",
    "am": "am",
    "pm": "pm",
    "1": "january janvier",
    "2": "february fevrier",
    "3": "march mars",
    "4": "april avril",
    "5": "may mai",
    "6": "june juin",
    "7": "july juillet",
    "8": "august aout",
    "9": "september septembre",
    "10": "october octobre",
    "11": "november novembre",
    "12": "december decembre",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_MONTHS = {word for word, unit in _UNIT_OF.items() if unit.isdigit()}
_UNIT = "|".join(sorted((re.escape(word) for word in _UNIT_OF), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?:(?P<before>[€$£]|\b(?:{'|'.join(_MONTHS)}|eur|usd|gbp|chf)\b) ?)?(?P<number>\d+(?:\.\d+)?)(?:st|nd|rd|th|er)?"
    rf"(?: ?(?P<after>(?:{_UNIT})(?![a-z])))?"
)
_VALUES = {
    word: str(value)
    for words in (
        "zero . two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty",
        "zero . deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit dix-neuf vingt",
    )
    for value, word in enumerate(words.split())
} | {"thirty": "30", "trente": "30", "forty": "40", "quarante": "40", "fifty": "50", "cinquante": "50"}
_MORE = "sixty seventy eighty ninety hundred thousand million soixante cent cents mille quinzaine dozen douzaine couple"
_WORD = "|".join(sorted([*(re.escape(one) for one in _VALUES if one != "."), *_MORE.split()], key=len, reverse=True))
_SPELLED = re.compile(rf"\b(?:{_WORD})(?:[ -](?:(?:et|and)[ -])?(?:{_WORD}|un|une|one))*\b")
# What a shop is held to, or what turns an answer round: each must stand in the evidence as it stands in the wording.
_PROMISES = {
    form: promise
    for promise, forms in {
        "yes": "yes oui",
        "no": "no non",
        "free": "free gratuit gratuite gratuits gratuites gratuitement offert offerte offerts offertes complimentary",
        "discount": "discount discounts remise remises reduction reductions rabais coupon voucher promo",
        "guarantee": "guarantee guaranteed guarantees garantie garanties garanti garantis warranty",
        "refund": "refund refunds refunded rembourse rembourses remboursee remboursement remboursements",
        "always": "always toujours anytime",
        "never": "never jamais",
        "all": "all every everywhere anywhere worldwide tous toutes tout partout monde",
        "only": "only uniquement seulement seul exclusivement",
        "half": "half moitie double triple twice",
        "working": "business working ouvre ouvres ouvrable ouvrables",
        "tomorrow": "today tomorrow yesterday tonight demain hier aujourd",
        "monday": "monday mondays lundi lundis",
        "tuesday": "tuesday tuesdays mardi mardis",
        "wednesday": "wednesday wednesdays mercredi mercredis",
        "thursday": "thursday thursdays jeudi jeudis",
        "friday": "friday fridays vendredi vendredis",
        "saturday": "saturday saturdays samedi samedis",
        "sunday": "sunday sundays dimanche dimanches",
    }.items()
    for form in forms.split()
}
_NEGATIONS = {
    "en": re.compile(r"\b(?:not|no|never|cannot|without|neither|nor|none|unable)\b|n['’]t\b"),
    "fr": re.compile(r"\b(?:ne|non|pas|jamais|aucun|aucune|sans|ni|rien)\b|\bn['’]"),
}
_CAPITAL = re.compile(r"(?<![.!?…:] )(?<!^)\b([^\W\d_a-zà-ÿ][\w’'-]+)")


def claims_of(text: str) -> frozenset[tuple[str, str]]:
    """Return the claims of a text, each as its kind and its value in one form: 1 000, 1,000 and 1.000 are the same."""
    left, claims = _plain(text), set[tuple[str, str]]()

    def take(pattern: re.Pattern[str], kind: str, left: str) -> str:
        for match in pattern.finditer(left):
            claims.add((kind, match.group().rstrip(".,;:!?)")))
        return pattern.sub(" ; ", left)

    left = take(_LINK, "link", left)
    left = take(_DATE, "date", left)
    for match in _TIME.finditer(left):
        claims.add(("time", f"{int(match.group(1))}:{match.group(2)}"))
    left = _THOUSANDS.sub("", _TIME.sub(" ; ", left))
    for match in _PHONE.finditer(left):
        claims.add(("number", re.sub(r"\D", "", match.group())))
    left = re.sub(r"(?<=\d),(?=\d)", ".", _PHONE.sub(" ; ", left))
    claims |= _spelled(left) | _counted(left)
    words = set(fold(left).split())
    claims |= {("promise", _PROMISES[word]) for word in words if word in _PROMISES}
    return frozenset(claims | {("month", _UNIT_OF[word]) for word in words & _MONTHS - {"may", "march", "mars"}})


def figures_of(text: str) -> frozenset[tuple[str, str]]:
    """Return the claims of a text that are no promise: a question may ask for one that no answer makes."""
    return frozenset(claim for claim in claims_of(text) if claim[0] != "promise")


def names_of(sentence: str) -> frozenset[str]:
    """Return the folded words of a sentence that are written as names are: with a capital, and not at its beginning."""
    return frozenset(word for found in _CAPITAL.findall(sentence) for word in fold(found).split() if len(word) > 1)


def is_claim(word: str) -> bool:
    """Say whether a folded word is part of a claim, and not of what the claim is about."""
    return word.isdigit() or word in _PROMISES or word in _UNIT_OF or word in _VALUES


def negates(text: str, language: str) -> bool:
    """Say whether a text says no of anything."""
    return bool(_NEGATIONS[language].search(text.lower()))


def _plain(text: str) -> str:
    """Lower case without accents, with plain spaces, digits and dashes."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s+", " ", text)).replace("pour cent", "%")


def _counted(text: str) -> set[tuple[str, str]]:
    """Numbers in figures: each by itself, and with the unit before or behind it."""
    found = set[tuple[str, str]]()
    for match in _NUMBER.finditer(text):
        number = _short(match.group("number"))
        found.add(("number", number))
        for side in ("before", "after"):
            if unit := match.group(side):
                found.add((_UNIT_OF[unit], number))
    return found


def _spelled(text: str) -> set[tuple[str, str]]:
    """Numbers in words: a single one by its value, others as they are written."""
    found = set[tuple[str, str]]()
    for match in _SPELLED.finditer(text):
        words = match.group()
        if words in _VALUES:
            found |= _counted(f"{_VALUES[words]}{text[match.end() : match.end() + 12]}")
        else:
            found.add(("number", words))
    return found


def _short(number: str) -> str:
    """A number without zeros that say nothing."""
    whole, _, part = number.partition(".")
    part = part.rstrip("0")
    return f"{int(whole)}{'.' + part if part else ''}"
