"""From signals to a verdict: ranking, the chance that the first entry is right, and what the shopper is given."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.coefficients import COEFFICIENTS
from chatbot.answers.engine.features import ENTRY_SIGNALS, Measured, measure
from chatbot.answers.engine.index import Index
from chatbot.answers.engine.wishes import is_grave, wants_person
from chatbot.answers.types import Candidate, Outcome, Verdict

SCORER = "lexical-1"
ANSWER_FROM = 0.65
GUESS_FROM = 0.12
SHOWN = 5
# Where a person must answer whatever the words look like, the scorer's belief is kept only as a trace.
PERSON_FACTOR = 0.1
SHARPNESS = 12.0
SIGNALS = (
    "one",
    "ridge",
    "margin",
    "share",
    "best",
    "ideas",
    "covered",
    "understood",
    "known_ideas",
    "length",
    "agreed",
)

_AT = {name: place for place, name in enumerate(ENTRY_SIGNALS)}
_RANKING = np.zeros(len(ENTRY_SIGNALS))
_RANKING[[_AT["ridge"], _AT["middle"], _AT["backing"]]] = 1.0, 0.3, 0.05


def rank(measured: Measured) -> npt.NDArray[np.float64]:
    """One score an entry: the classifier, its average likeness, and a little of what its answer says."""
    return measured.table @ _RANKING


def signals(measured: Measured, ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The SIGNALS that confidence rests on, for the best entry of at least one."""
    order = np.argsort(-ranks, kind="stable")
    first = int(order[0])
    second = float(ranks[order[1]]) if len(order) > 1 else 0.0
    row = measured.table[first]
    agreed = float(measured.table[:, _AT["best"]].argmax() == first)
    values = (
        1.0,
        ranks[first],
        ranks[first] - second,
        _shares(ranks)[first],
        row[_AT["best"]],
        row[_AT["ideas"]],
        row[_AT["covered"]],
        measured.understood,
        measured.known_ideas,
        np.log1p(measured.length),
        agreed,
    )
    return np.array(values, dtype=np.float64)


def _shares(ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    powers = np.exp(SHARPNESS * (ranks - ranks.max()))
    return np.asarray(powers / powers.sum())


@lru_cache(maxsize=8)
def _coefficients(language: str) -> npt.NDArray[np.float64]:
    return np.array([COEFFICIENTS[language][name] for name in SIGNALS])


def judge(index: Index, text: str) -> Verdict:
    """What to tell the shopper: an answer from ANSWER_FROM, guesses from GUESS_FROM, else a person.

    `confidence` is a calibrated chance in [0, 1]; `candidates` are the SHOWN best entries with their shares of belief.
    """
    asks, grave = wants_person(text, index.language), is_grave(text, index.language)
    if not index.entries:
        return Verdict(Outcome.ESCALATE, 0.0, (), asks)
    measured = measure(index, text)
    ranks = rank(measured)
    chance = float(1 / (1 + np.exp(-signals(measured, ranks) @ _coefficients(index.language))))
    if measured.length == 0:
        chance = 0.0
    order = np.argsort(-ranks, kind="stable")[:SHOWN]
    shares = _shares(ranks)
    candidates = tuple(Candidate(int(place), round(float(shares[place]), 4)) for place in order)
    if asks or grave:
        return Verdict(Outcome.ESCALATE, chance * PERSON_FACTOR, candidates, asks)
    outcome = Outcome.ANSWER if chance >= ANSWER_FROM else Outcome.GUESSES if chance >= GUESS_FROM else Outcome.ESCALATE
    return Verdict(outcome, chance, candidates)
