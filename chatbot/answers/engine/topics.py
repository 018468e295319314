"""What a message is about that no entry answers: small talk, what a person must answer, what no shop answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from chatbot.answers.engine.lexicon import FOLDER, read_sections
from chatbot.answers.engine.tokenizer import fold
from chatbot.answers.types import Topic
from shopconnect.core.languages import LANGUAGES

# Small talk explains the whole message; in this order, as "hello, who are you" is about the latter.
SMALL_TALK = (
    Topic.RUDENESS,
    Topic.IDENTITY,
    Topic.WELLBEING,
    Topic.FAREWELL,
    Topic.THANKS,
    Topic.GREETING,
    Topic.AGREEMENT,
)
# Where somebody may come to harm, the message counts in whatever language it is written.
CARE = (Topic.DISTRESS, Topic.VIOLENCE, Topic.HEALTH, Topic.DANGER)
OF_PERSONS = (*CARE, Topic.FRAUD, Topic.PERSON, Topic.LAW, Topic.ANGER)
CALLS_FOR_PERSON = (*OF_PERSONS, Topic.CHANGE)
# What is known of these is weaker than an entry that is believed.
HINTS = (Topic.ORDER, Topic.STOCK, Topic.OFF_TOPIC)

MOST_SMALL_WORDS = 10
_CROSS = re.compile("[😠😡🤬😤👎🖕💩😢😭😞😖🙁☹😒🙄]")  # said without a word
_AGAIN = re.compile(r"([a-z])\1{2,}")


def expressions_of_topics(language: str) -> list[str]:
    """Each expression that is searched for in a message, whatever its length."""
    sections = read_sections(FOLDER / f"topics_{language}.txt")
    return [line for name, lines in sections.items() if name not in ("filler", *SMALL_TALK) for line in lines]


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    """One pattern a section, whose alternatives stand a line each."""
    sections = read_sections(FOLDER / f"topics_{language}.txt")
    return {name: re.compile("|".join(lines)) for name, lines in sections.items()}


@lru_cache(maxsize=8)
def _small_talk(language: str) -> tuple[re.Pattern[str], dict[Topic, re.Pattern[str]]]:
    """What a message of small talk is made of, and what names its topic."""
    patterns = _patterns(language)
    parts = [patterns[name].pattern for name in ("filler", *SMALL_TALK)]
    whole = re.compile(rf"(?:(?:{'|'.join(parts)})(?: |$))+")
    return whole, {topic: re.compile(rf"\b(?:{patterns[topic].pattern})\b") for topic in SMALL_TALK}


def find_topic(text: str, language: str) -> Topic | None:
    """What a message is surely about, whatever the FAQ says: of SMALL_TALK or OF_PERSONS, None for anything else."""
    if text.strip() and not any(one.isalnum() for one in text):
        return _wordless_topic(text)
    folded = _folded(text)
    small = _small_topic(folded, language)
    if small is not None:
        return small
    for spoken in (language, *LANGUAGES):
        found = _first(CARE, folded, spoken)
        if found is not None:
            return found
    return _first(OF_PERSONS, folded, language)


def guess_topic(text: str, language: str) -> Topic | None:
    """What a message is probably about, for one that no entry is believed to answer: of HINTS, or RUDENESS."""
    folded = _folded(text)
    found = _first(HINTS, folded, language)
    # What is sold out, and when it is back, is what the FAQ tells.
    if found == Topic.STOCK and is_awaited(text, language):
        return None
    return found or (Topic.RUDENESS if _patterns(language)["insult"].search(folded) else None)


def asks_where(text: str, language: str) -> bool:
    """Say whether a message asks where an order or a parcel is."""
    patterns, folded = _patterns(language), _folded(text)
    return bool(patterns["tracking"].search(folded) or patterns[Topic.ORDER].search(folded))


def asks_for_change(text: str, language: str) -> bool:
    """Say whether a message wants an order cancelled or sent elsewhere, and does not only ask whether one can."""
    patterns, folded = _patterns(language), _folded(text)
    is_kept = patterns["whether"].search(folded) or patterns["keeps"].search(folded)
    return bool(patterns["change"].search(folded)) and not is_kept


def asks_to_withdraw(text: str, language: str) -> bool:
    """Say whether a message is about withdrawing from a purchase, as the law lets consumers."""
    return bool(_patterns(language)["withdrawal"].search(_folded(text)))


def asks_how_long_returns(text: str, language: str) -> bool:
    """Say whether a message asks within which time something may be returned."""
    return bool(_patterns(language)["return_window"].search(_folded(text)))


def asks_hours(text: str, language: str) -> bool:
    """Say whether a message asks when the shop is open, and not when things are delivered."""
    patterns, folded = _patterns(language), _folded(text)
    return bool(patterns["hours"].search(folded)) and not patterns["delivers"].search(folded)


def names_holiday(text: str, language: str) -> bool:
    """Say whether a message names a holiday or a season, of which the hours of a week tell nothing."""
    return bool(_patterns(language)["holiday"].search(_folded(text)))


def asks_about_delivery(text: str, language: str) -> bool:
    """Say whether a message asks what delivery costs or how long it takes, and not about a parcel or a return."""
    patterns, folded = _patterns(language), _folded(text)
    return bool(patterns["delivery"].search(folded)) and not patterns["not_delivery"].search(folded)


def asks_whether_delivered(text: str, language: str) -> bool:
    """Say whether a message that names a country asks whether things are sent there."""
    patterns, folded = _patterns(language), _folded(text)
    return bool(patterns["delivers"].search(folded)) and not patterns["not_delivery"].search(folded)


def asks_how_much(text: str, language: str) -> bool:
    """Say whether a message that follows up another asks for a price or a time."""
    return bool(_patterns(language)["how_much"].search(_folded(text)))


def asks_how_to_contact(text: str, language: str) -> bool:
    """Say whether a message asks how the shop is reached, or where it is, and not where a return goes."""
    patterns, folded = _patterns(language), _folded(text)
    return bool(patterns["contact"].search(folded)) and not patterns["gives_back"].search(folded)


def is_awaited(text: str, language: str) -> bool:
    """Say whether a message is about something that is to come back."""
    return bool(_patterns(language)["sold_out"].search(_folded(text)))


def _wordless_topic(text: str) -> Topic:
    """What signs and pictures alone say: that somebody is cross, that they wonder, or that all is well."""
    if _CROSS.search(text):
        return Topic.RUDENESS
    return Topic.GREETING if "?" in text else Topic.AGREEMENT


def _small_topic(folded: str, language: str) -> Topic | None:
    whole, topics = _small_talk(language)
    # Alternatives overlap, and the time to try them all grows with each word.
    if folded.count(" ") >= MOST_SMALL_WORDS or not whole.fullmatch(folded):
        return None
    return next((topic for topic, pattern in topics.items() if pattern.search(folded)), None)


def _first(topics: Iterable[Topic], folded: str, language: str) -> Topic | None:
    return next((topic for topic in topics if _is_about(topic, folded, language)), None)


def _is_about(topic: Topic, folded: str, language: str) -> bool:
    """Say whether a message tells of a topic, or names it where somebody tells of people and shops for nothing."""
    patterns = _patterns(language)
    if patterns[topic].search(folded):
        return True
    named = patterns.get(f"{topic}_named")
    is_named = named is not None and named.search(folded)
    return bool(is_named and patterns["told"].search(folded) and not patterns["shopping"].search(folded))


def _folded(text: str) -> str:
    """Folded words in which nothing is drawn out: "helloooo" is said for "hello"."""
    return _AGAIN.sub(r"\1", fold(text))
