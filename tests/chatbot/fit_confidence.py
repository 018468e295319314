"""Fits the coefficients of chatbot/answers/engine on the invented shops of invented/, and shows how they do.

Run by hand when the signals change:  .venv/bin/python -m tests.chatbot.fit_confidence FOLDER-FOR-WEIGHTS
An episode is one shop with some of its entries and some of their phrases left out: messages of an entry left out become
messages that nobody may answer, of the hardest kind. Confidence is a logistic regression on whether the first entry is
right; more evidence may never lower it, so those coefficients are held at zero or above. How well it does is shown by
shops that were left out of the fit. From some chance on a target of their answers is right; the intercept is moved so
that this chance is ANSWER_FROM in each language, with its encoders and without.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from chatbot.answers.engine.confidence import SIGNALS, plain_chance, rank, signals
from chatbot.answers.engine.encoders.meaning import Encoder, open_encoder
from chatbot.answers.engine.features import match_features
from chatbot.answers.engine.figures import share_interval
from chatbot.answers.engine.index import build_index
from chatbot.answers.engine.topics import find_topic
from chatbot.answers.types import ANSWER_FROM, EntrySummary, TestQuestionSummary
from tests.chatbot.example_shops import FOLDER, ExampleShop, demo_shop, example_shops, ruler

FREE = {"one", "share", "known_concepts", "length"}
LANGUAGES = ("fr", "en")
STRENGTH = 1e-2  # of 1e-3, 3e-3 and 1e-2 what does best on shops left out
EPISODES = 8
# Of answers right: more than the nine in ten that are promised, as the threshold is chosen on these very answers, and
# more still by words alone, which know less of a shop that is unlike these.
TARGET, TARGET_OF_WORDS = 0.91, 0.92
FITTED = Path(__file__).parents[2] / "chatbot/answers/engine/coefficients.py"


class Case(NamedTuple):
    """One message, matched: whether the first entry is right, whether any is, and the chance that needs no fit."""

    signals: np.ndarray
    is_right: bool
    is_answerable: bool
    plain: float | None


def cases_of(shop: ExampleShop, encoder: Encoder | None) -> list[Case]:
    """Each message of a shop that its index is asked about: what a topic answers never comes so far."""
    index = build_index(shop.entries, shop.language, encoder)
    names = [entry.external_id for entry in shop.entries]
    if encoder:
        encoder.encode([message.text for message in shop.messages])  # at once, which is cheaper
    found = []
    for message in shop.messages:
        if find_topic(message.text, shop.language) is not None:
            continue
        matched = match_features(index, message.text)
        ranks = rank(index, matched)
        is_right = message.expect is not None and names[int(ranks.argmax())] == message.expect
        found.append(Case(signals(matched, ranks), is_right, message.expect is not None, plain_chance(matched, ranks)))
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


def fit(shops: Sequence[Sequence[Case]]) -> np.ndarray:
    """Coefficients in the order of SIGNALS; shops weigh the same, and in each messages with an answer and without."""
    weighed = [[case for case in cases if case.plain is None] for cases in shops]
    trust = np.concatenate([_trust(cases) for cases in weighed]) / len(weighed)
    table = np.array([case.signals for cases in weighed for case in cases])
    right = np.array([float(case.is_right) for cases in weighed for case in cases])
    spread = table.std(axis=0) + 1e-9
    spread[0] = 1.0
    scaled = table / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = scaled @ weights
        wrong = 1 / (1 + np.exp(-logits)) - right
        held = np.r_[0.0, weights[1:]]
        value = trust @ (np.logaddexp(0, logits) - right * logits) + STRENGTH * held @ held
        return float(value), scaled.T @ (trust * wrong) + 2 * STRENGTH * held

    bounds = [(None, None) if name in FREE else (0.0, None) for name in SIGNALS]
    return minimize(loss, np.zeros(len(SIGNALS)), jac=True, bounds=bounds, method="L-BFGS-B").x / spread


def _trust(cases: Sequence[Case]) -> np.ndarray:
    answerable = np.array([case.is_answerable for case in cases])
    return np.where(answerable, 0.5 / answerable.sum(), 0.5 / (~answerable).sum())


def chances(cases: Sequence[Case], weights: np.ndarray) -> np.ndarray:
    """What the engine would believe."""
    fitted = 1 / (1 + np.exp(-np.array([case.signals for case in cases]) @ weights))
    return np.array([one if case.plain is None else case.plain for case, one in zip(cases, fitted, strict=True)])


def threshold(cases: Sequence[Case], believed: np.ndarray, target: float) -> float:
    """The lowest chance from which on this share of the answers is right."""
    order = np.argsort(-believed, kind="stable")
    right = np.array([case.is_right for case in cases])[order].cumsum()
    good = np.flatnonzero(right / np.arange(1, len(order) + 1) >= target)
    return float(believed[order][good[-1]])


def figures(cases: Sequence[Case], believed: np.ndarray, at: float) -> str:
    """What would be answered from a chance on, with 95% intervals."""
    right, may = np.array([case.is_right for case in cases]), np.array([case.is_answerable for case in cases])
    answered = believed >= at
    parts = {"accuracy": right[may], "answered": answered[may], "precision": right[answered], "leak": answered[~may]}
    return "  ".join(
        f"{name} {hits.mean():.2f} {share_interval(int(hits.sum()), len(hits))}" for name, hits in parts.items()
    )


def write(found: dict[str, np.ndarray]) -> None:
    """The module that the engine reads."""
    lines = [
        '"""Fitted by tests/chatbot/fit_confidence.py on texts written for this project; not written by hand."""',
        "",
        "COEFFICIENTS: dict[str, dict[str, float]] = {",
    ]
    for scorer, weights in found.items():
        lines.append(f'    "{scorer}": {{')
        lines += [f'        "{name}": {value:.4f},' for name, value in zip(SIGNALS, weights, strict=True) if value]
        lines.append("    },")
    FITTED.write_text("\n".join([*lines, "}", ""]), encoding="utf-8")


class Remembering:
    """An encoder that reads no text twice: an episode repeats most of those before it."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.width = encoder.name, encoder.width
        self._encoder, self._known = encoder, {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """What the encoder says."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.width)


def shops_of(language: str) -> list[ExampleShop]:
    """The invented shops and the demo shop, this with the messages that the lexicon's author had not read."""
    demo = demo_shop(language, half=1)
    demo.messages += ruler(language, "open").messages
    return [*example_shops(language), demo]


def fit_language(language: str, encoder: Encoder | None) -> np.ndarray:
    """Show figures of each shop left out, and return the coefficients of all."""
    dice = random.Random(0)
    elsewhere = (FOLDER / f"{language}.anywhere.txt").read_text(encoding="utf-8").splitlines()
    shops = shops_of(language)
    matched = {shop.name: episodes(shop, elsewhere[::2], dice, encoder) for shop in shops}
    asked: list[Case] = []
    believed = np.zeros(0)
    for shop in shops:
        shop.messages += [TestQuestionSummary(text, language, None) for text in elsewhere[1::2]]
        cases = cases_of(shop, encoder)
        found = chances(cases, fit([one for name, one in matched.items() if name != shop.name]))
        _tell(language, encoder, shop.name, figures(cases, found, ANSWER_FROM))
        asked, believed = asked + cases, np.concatenate([believed, found])
    _tell(language, encoder, "all", figures(asked, believed, ANSWER_FROM))
    at = threshold(asked, believed, TARGET if encoder else TARGET_OF_WORDS)
    _tell(language, encoder, f"at {at:.3f}", figures(asked, believed, at))
    weights = fit(list(matched.values()))
    weights[0] += np.log(ANSWER_FROM / (1 - ANSWER_FROM)) - np.log(at / (1 - at))
    return weights


def _tell(language: str, encoder: Encoder | None, what: str, found: str) -> None:
    sys.stdout.write(f"{language} {encoder.name if encoder else 'words':11s} {what:8s} {found}\n")
    sys.stdout.flush()


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
