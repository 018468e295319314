"""Draws what shoppers ask and when; the same seed and moment give the same conversations. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from shopconnect.demo.conversations.types import InventedQuestion, InventedTalk, Scene
from shopconnect.demo.engine.days import HOURS, WEEKDAYS
from shopconnect.demo.engine.texts import faq, kinds, messages, read_lines

CONVERSATIONS, DAYS, SEED = 600, 88, 11
FRENCH, ABOUT_A_PRODUCT, GREETS, THANKS, ASKS_AGAIN = 0.62, 0.5, 0.3, 0.15, 0.28
# How long ago those who wait now asked, and those whom somebody has taken, in minutes.
WAITING_MINUTES, TAKEN_MINUTES, SNOOZED_MINUTES = (4, 13, 27, 52, 640), (16, 22, 31, 38, 55, 70), (130, 170, 200)
SETTLED = timedelta(hours=4)  # before now, all the others are over


@cache
def talk_parts(language: str, part: str) -> tuple[dict[str, Any], ...]:
    """Return the lines of a part of conversations, in a language."""
    return tuple(row for row in read_lines(f"talks_{language}.jsonl") if row["part"] == part)


def draw_talks(moment: datetime, zone: str) -> list[InventedTalk]:
    """Return CONVERSATIONS conversations of DAYS days up to a moment, oldest first; times are in the zone's hours."""
    chance = random.Random(SEED)  # noqa: S311
    asked = {language: _questions(language, chance) for language in ("fr", "en")}
    live = [
        (scene, moment - timedelta(minutes=minutes))
        for scene, ages in (
            (Scene.WAITING, WAITING_MINUTES),
            (Scene.TAKEN, TAKEN_MINUTES),
            (Scene.SNOOZED, SNOOZED_MINUTES),
        )
        for minutes in ages
    ]
    past = [(Scene.PAST, at) for at in _moments(CONVERSATIONS - len(live), moment - SETTLED, ZoneInfo(zone), chance)]
    talks = []
    for seed, (scene, at) in enumerate(sorted([*past, *live], key=lambda one: one[1])):
        language = "fr" if chance.random() < FRENCH else "en"
        count = 2 if chance.random() < ASKS_AGAIN else 1
        questions = tuple(next(asked[language]) for _place in range(count))
        talks.append(InventedTalk(seed=seed, language=language, started_at=at, scene=scene, questions=questions))
    return talks


def _moments(count: int, until: datetime, zone: ZoneInfo, chance: random.Random) -> list[datetime]:
    """Moments up to `until`, as shoppers come by weekday and hour, a little more often of late."""
    days = [until.astimezone(zone).date() - timedelta(days=ago) for ago in range(DAYS)]
    weights = [WEEKDAYS[day.weekday()] * (1.4 - ago / DAYS) for ago, day in enumerate(days)]
    found: list[datetime] = []
    while len(found) < count:
        day = chance.choices(days, weights)[0]
        hour = chance.choices(range(len(HOURS)), HOURS)[0]
        at = datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=zone)
        if at <= until:
            found.append(at.astimezone(until.tzinfo))
    return found


@dataclass(frozen=True, slots=True)
class _Dressed:
    """How shoppers begin and end what they write."""

    openings: Sequence[str]
    endings: Sequence[str]

    def around(self, question: InventedQuestion, chance: random.Random) -> InventedQuestion:
        opening = chance.choice(self.openings) if chance.random() < GREETS else ""
        ending = chance.choice(self.endings) if chance.random() < THANKS else ""
        text = _inside(question.text) if opening.endswith(", ") else question.text
        return InventedQuestion(f"{opening}{text}{ending}", question.expect)


def _questions(language: str, chance: random.Random) -> Iterator[InventedQuestion]:
    """Yield questions without end: each text comes once before any comes again."""
    dressed = _Dressed(*([row["text"] for row in talk_parts(language, part)] for part in ("opening", "ending")))
    of_products, others = _endless(_about_products(language), chance), _endless(_about_the_shop(language), chance)
    while True:
        question = next(of_products if chance.random() < ABOUT_A_PRODUCT else others)
        yield dressed.around(question, chance)


def _endless(questions: Sequence[InventedQuestion], chance: random.Random) -> Iterator[InventedQuestion]:
    while True:
        yield from chance.sample(questions, len(questions))


def _about_products(language: str) -> list[InventedQuestion]:
    titles = {kind.key: [variety.names[language] for variety in kind.varieties] for kind in kinds()}
    patterns = {kind.key: kind.titles[language] for kind in kinds()}
    return [
        InventedQuestion(row["text"].format(product=_inside(patterns[kind].replace("{v}", name))), row["expect"])
        for row in talk_parts(language, "question")
        for kind in row["kinds"]
        for name in titles[kind]
    ]


def _inside(text: str) -> str:
    """A product's title, or a question, within a sentence; "I" and what is in capitals stay."""
    first = re.split(r"\W", text, maxsplit=1)[0]
    return text if first.isupper() and (len(first) > 1 or first == "I") else text[0].lower() + text[1:]


def _about_the_shop(language: str) -> list[InventedQuestion]:
    written = [InventedQuestion(row["text"], row["expect"]) for row in messages() if row["language"] == language]
    known = [
        InventedQuestion(phrase, row["id"]) for row in faq() if row["language"] == language for phrase in row["phrases"]
    ]
    return written + known
