"""Fits the coefficients of chatbot/answers/engine on the invented shops of invented/, and shows how they do.

Run by hand when the signals change:  .venv/bin/python -m tests.chatbot.fit_confidence FOLDER-FOR-WEIGHTS
An episode is one shop with some of its entries and some of their phrases left out: messages of an entry left out become
messages that nobody may answer, of the hardest kind. Confidence is a logistic regression on whether the first entry is
right; more evidence may never lower it, so those coefficients are held at zero or above.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from chatbot.answers.engine.confidence import ANSWER_FROM, SIGNALS, rank, signals
from chatbot.answers.engine.encoders.meaning import Encoder, open_encoder
from chatbot.answers.engine.features import match_features
from chatbot.answers.engine.index import build_index
from chatbot.answers.types import EntrySummary, TestQuestionSummary
from tests.chatbot.example_shops import FOLDER, ExampleShop, demo_shop, example_shops

WORDS = tuple(name for name in SIGNALS if name != "near")
MEANING = ("one", "share", "near")  # with more of them it does worse on shops that it was not fitted on
FREE = {"one", "share", "known_concepts", "length"}
LANGUAGES = ("fr", "en")
STRENGTH = 1e-3
EPISODES = 8
UNSEEN_TIMES = 3  # the demo shop's half that the lexicon never saw counts more
TARGET = Path(__file__).parents[2] / "chatbot/answers/engine/coefficients.py"
Case = tuple[np.ndarray, bool, bool]  # signals, is the first entry right, may anybody answer


def cases_of(shop: ExampleShop, encoder: Encoder | None) -> list[Case]:
    """Each message of a shop, matched."""
    index = build_index(shop.entries, shop.language, encoder)
    names = [entry.external_id for entry in shop.entries]
    found = []
    for message in shop.messages:
        matched = match_features(index, message.text)
        ranks = rank(index, matched)
        right = message.expect is not None and names[int(ranks.argmax())] == message.expect
        found.append((signals(matched, ranks), right, message.expect is not None))
    return found


def episodes(shop: ExampleShop, elsewhere: list[str], dice: random.Random, encoder: Encoder | None) -> list[Case]:
    """EPISODES thinned versions of a shop, with messages that no shop answers mixed in."""
    found: list[Case] = []
    for turn in range(EPISODES):
        phrases, share = dice.choice([0, 1, 2, 3, 3]), 1.0 if turn % 3 == 0 else dice.uniform(0.6, 0.95)
        kept = [
            EntrySummary(
                one.external_id,
                one.language,
                one.question,
                one.answer,
                tuple(dice.sample(one.phrases, min(phrases, len(one.phrases)))),
            )
            for one in shop.entries
            if dice.random() < share
        ]
        names = {one.external_id for one in kept}
        used = {text for one in kept for text in one.phrases}
        spare = [(text, one.external_id) for one in shop.entries for text in one.phrases if text not in used]
        asked = [(one.text, one.expect) for one in shop.messages] + dice.sample(spare, min(20, len(spare)))
        asked += [(text, None) for text in dice.sample(elsewhere, len(elsewhere) // 2)]
        messages = [TestQuestionSummary(text, shop.language, name if name in names else None) for text, name in asked]
        found += cases_of(ExampleShop(shop.name, shop.language, shop.is_held, kept, messages), encoder)
    return found


def fit(cases: list[Case], used: Sequence[str]) -> np.ndarray:
    """Coefficients in the order of SIGNALS, nought for those not used."""
    table = np.array([case[0] for case in cases])
    right = np.array([float(case[1]) for case in cases])
    spread = table.std(axis=0) + 1e-9
    spread[0] = 1.0
    scaled = table / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = scaled @ weights
        wrong = 1 / (1 + np.exp(-logits)) - right
        held = np.r_[0.0, weights[1:]]
        value = (np.logaddexp(0, logits) - right * logits).mean() + STRENGTH * held @ held
        return float(value), scaled.T @ wrong / len(right) + 2 * STRENGTH * held

    bounds = [_bounds(name) if name in used else (0.0, 0.0) for name in SIGNALS]
    return minimize(loss, np.zeros(len(SIGNALS)), jac=True, bounds=bounds, method="L-BFGS-B").x / spread


def _bounds(name: str) -> tuple[float | None, float | None]:
    return (None, None) if name in FREE else (0.0, None)


def figures(cases: list[Case], weights: np.ndarray) -> str:
    """What would be answered at ANSWER_FROM."""
    right, may = np.array([case[1] for case in cases]), np.array([case[2] for case in cases])
    answered = 1 / (1 + np.exp(-np.array([case[0] for case in cases]) @ weights)) >= ANSWER_FROM
    parts = {
        "accuracy": right[may].mean(),
        "answered": answered[may].mean(),
        "precision": right[answered].mean(),
        "leak": answered[~may].mean(),
    }
    return "  ".join(f"{name} {value:.2f}" for name, value in parts.items())


def write(found: dict[str, np.ndarray]) -> None:
    """The module that the engine reads."""
    lines = [
        '"""Fitted by tests/chatbot/fit_confidence.py on texts invented for this project; not written by hand."""',
        "",
        "COEFFICIENTS: dict[str, dict[str, float]] = {",
    ]
    for scorer, weights in found.items():
        lines.append(f'    "{scorer}": {{')
        lines += [f'        "{name}": {value:.4f},' for name, value in zip(SIGNALS, weights, strict=True) if value]
        lines.append("    },")
    TARGET.write_text("\n".join([*lines, "}", ""]), encoding="utf-8")


class Remembering:
    """An encoder that reads no text twice: an episode repeats most of those before it."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.width = encoder.name, encoder.width
        self.encode = lru_cache(maxsize=None)(encoder.encode)


def fit_language(language: str, encoder: Encoder | None) -> np.ndarray:
    """Show figures of each shop left out, and return the coefficients of all."""
    dice = random.Random(0)
    used = MEANING if encoder else WORDS
    elsewhere = (FOLDER / f"{language}.anywhere.txt").read_text(encoding="utf-8").splitlines()
    shops = [*example_shops(language), demo_shop(language, half=1)]
    matched = {shop.name: episodes(shop, elsewhere[::2], dice, encoder) for shop in shops}
    matched["demo"] *= UNSEEN_TIMES
    for shop in shops:
        shop.messages += [TestQuestionSummary(text, language, None) for text in elsewhere[1::2]]
        others = [case for name, cases in matched.items() if name != shop.name for case in cases]
        told = figures(cases_of(shop, encoder), fit(others, used))
        sys.stdout.write(f"{language} {shop.name:8s} {encoder.name if encoder else 'words':12s} {told}\n")
    return fit([case for cases in matched.values() for case in cases], used)


def main(folder: Path) -> None:
    """Fit both languages, with their encoders and without, and write the coefficients."""
    found = {}
    for language in LANGUAGES:
        found[language] = fit_language(language, None)
        encoder = open_encoder(language, folder)
        if encoder is None:
            raise SystemExit("The encoders are not installed: make install takes them where they can be had.")
        found[f"{language}:{encoder.name}"] = fit_language(language, Remembering(encoder))
    write(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
