"""From signals to a decision: ranking, the chance that the first entry is right, and what the shopper is given."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.coefficients import COEFFICIENTS
from chatbot.answers.engine.escalation import is_sensitive, wants_person
from chatbot.answers.engine.features import ENTRY_SIGNALS, MatchFeatures, match_features
from chatbot.answers.engine.index import Index
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Candidate

SCORER = "lexical-1"
# Chosen with the demo shop's messages in view; docs/chatbot.md says what follows for precision and leak.
ANSWER_FROM = 0.65
# Below, the first guess is right less than once in eight times: a person is the better answer.
GUESS_FROM = 0.12
SHOWN = 5
# Where a person must answer whatever the words look like, the scorer's belief is kept only as a trace: staff see which
# entry would have answered, and no figure counts it as sure.
PERSON_FACTOR = 0.1
# How far apart shares of belief stand: at 12, a lead of 0.1 is a share three times as large.
SHARPNESS = 12.0
SIGNALS = (
    "one",  # the intercept
    "ridge",
    "margin",
    "share",
    "best",
    "concepts",
    "covered",
    "understood",
    "known_concepts",
    "length",
    "agreed",
)

_COLUMN = {name: place for place, name in enumerate(ENTRY_SIGNALS)}
# How an entry is ranked: the classifier, its average likeness, and a little of what its answer says.
# (ENTRY_SIGNALS,); weights not named stay nought.
_RANKING = np.zeros(len(ENTRY_SIGNALS))
_RANKING[_COLUMN["ridge"]] = 1.0
_RANKING[_COLUMN["middle"]] = 0.3
_RANKING[_COLUMN["answers"]] = 0.05


def decide(index: Index, text: str) -> AnswerDecision:
    """What to tell the shopper: an answer from ANSWER_FROM, guesses from GUESS_FROM, else a person.

    `confidence` is a calibrated chance in [0, 1]; `candidates` are the SHOWN best entries with their shares of belief.
    """
    # Asked of an empty index too: the conversation is marked, and staff see who waits for them.
    asks_person = wants_person(text, index.language)
    if not index.entries:
        return AnswerDecision(AnswerOutcome.ESCALATE, 0.0, (), asks_person)
    matched = match_features(index, text)
    ranks = rank(matched)
    chance = _chance(matched, ranks, index.language)
    candidates = _candidates(ranks)
    if asks_person or is_sensitive(text, index.language):
        return AnswerDecision(AnswerOutcome.ESCALATE, chance * PERSON_FACTOR, candidates, asks_person)
    return AnswerDecision(_outcome(chance), chance, candidates)


def rank(matched: MatchFeatures) -> npt.NDArray[np.float64]:
    """One score an entry, by _RANKING."""
    return matched.table @ _RANKING


def signals(matched: MatchFeatures, ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The SIGNALS that confidence rests on, for the best entry of at least one."""
    # A stable order: of two entries that score alike the earlier one wins, on every machine.
    order = np.argsort(-ranks, kind="stable")
    first = int(order[0])
    second = float(ranks[order[1]]) if len(order) > 1 else 0.0
    row = matched.table[first]
    agreed = float(matched.table[:, _COLUMN["best"]].argmax() == first)
    values = (
        1.0,
        ranks[first],
        ranks[first] - second,
        _shares(ranks)[first],
        row[_COLUMN["best"]],
        row[_COLUMN["concepts"]],
        row[_COLUMN["covered"]],
        matched.understood,
        matched.known_concepts,
        np.log1p(matched.length),
        agreed,
    )
    return np.array(values, dtype=np.float64)


def _chance(matched: MatchFeatures, ranks: npt.NDArray[np.float64], language: str) -> float:
    """The chance that the best entry is right; none where no word of the message means anything."""
    if matched.length == 0:
        return 0.0
    # Logistic regression, which is what makes the number a chance and not only a score.
    return float(1 / (1 + np.exp(-signals(matched, ranks) @ _coefficients(language))))


def _outcome(chance: float) -> AnswerOutcome:
    if chance >= ANSWER_FROM:
        return AnswerOutcome.ANSWER
    return AnswerOutcome.GUESSES if chance >= GUESS_FROM else AnswerOutcome.ESCALATE


def _candidates(ranks: npt.NDArray[np.float64]) -> tuple[Candidate, ...]:
    shares = _shares(ranks)
    order = np.argsort(-ranks, kind="stable")[:SHOWN]
    return tuple(Candidate(int(place), round(float(shares[place]), 4)) for place in order)


def _shares(ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Softmax of the scores; the greatest is taken off first, so that no power overflows."""
    powers = np.exp(SHARPNESS * (ranks - ranks.max()))
    return np.asarray(powers / powers.sum())


@lru_cache(maxsize=8)
def _coefficients(language: str) -> npt.NDArray[np.float64]:
    return np.array([COEFFICIENTS[language][name] for name in SIGNALS])
