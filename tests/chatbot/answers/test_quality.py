"""Floors under the quality of answers, so that no change lowers it unseen."""

from dataclasses import replace

import pytest

from chatbot.answers.engine import build_index, judge
from chatbot.answers.types import Outcome
from tests.chatbot.invented_shops import InventedShop, invented_shops

# accuracy, hit3, precision of what is answered, leak; by shop
FLOORS = {
    "mode": (0.90, 0.95, 0.92, 0.10),
    "cave": (0.58, 0.72, 0.80, 0.15),
    "maison": (0.72, 0.80, 0.80, 0.15),
    "tech": (0.64, 0.78, 0.65, 0.25),
    "fashion": (0.84, 0.90, 0.85, 0.15),
    "garden": (0.56, 0.70, 0.75, 0.15),
    "toys": (0.66, 0.75, 0.85, 0.15),
    "coffee": (0.55, 0.70, 0.75, 0.20),
}


def figures(shop: InventedShop) -> tuple[float, float, float, float]:
    index = build_index(shop.entries, shop.language)
    names = [entry.external_id for entry in shop.entries]
    first = third = answerable = right = answered = leaked = 0
    for message in shop.messages:
        verdict = judge(index, message.text)
        found = [names[one.position] for one in verdict.candidates]
        told = verdict.outcome == Outcome.ANSWER
        answered += told
        right += told and found[0] == message.expect
        answerable += message.expect is not None
        first += found[0] == message.expect
        third += message.expect in found[:3]
        leaked += told and message.expect is None
    return first / answerable, third / answerable, right / answered, leaked / (len(shop.messages) - answerable)


@pytest.mark.parametrize("shop", invented_shops(), ids=lambda shop: f"{shop.language}-{shop.name}")
def test_answers_stay_as_good_as_they_are(shop: InventedShop):
    accuracy, hit3, precision, leak = figures(shop)
    floors = FLOORS[shop.name]
    assert accuracy >= floors[0]
    assert hit3 >= floors[1]
    assert precision >= floors[2]
    assert leak <= floors[3]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_more_phrases_answer_more(language: str):
    shops = invented_shops(language)
    bare = [replace_phrases(shop) for shop in shops]
    assert sum(figures(shop)[0] for shop in shops) > sum(figures(shop)[0] for shop in bare) + 0.2


def replace_phrases(shop: InventedShop) -> InventedShop:
    entries = [replace(entry, phrases=()) for entry in shop.entries]
    return InventedShop(shop.name, shop.language, shop.is_held, entries, shop.messages)
