"""From signals to a decision: ranking, the chance that the first entry is right, and what the shopper is given."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.coefficients import COEFFICIENTS
from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.escalation import is_sensitive, wants_person
from chatbot.answers.engine.features import ENTRY_SIGNALS, MatchFeatures, match_features
from chatbot.answers.engine.index import Index
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Candidate

SCORER_VERSION = 2
# Chosen with the demo shop's messages in view; docs/chatbot.md says what follows for precision and leak.
ANSWER_FROM = 0.65
# Below, the first guess is right less than once in eight times: a person is the better answer.
GUESS_FROM = 0.12
# A cosine to what an entry means: below it, a message that shares no word with the FAQ is about something else.
NEAR = 0.3
# What asks in the very words of one entry's phrase needs no weighing.
SAME, SURE = 0.98, 0.95
SHOWN = 5
FEWEST = 40  # entries: a smaller FAQ is asked as many different things
# Where a person must answer whatever the words look like, the scorer's belief is kept only as a trace: staff see which
# entry would have answered, and no figure counts it as sure.
PERSON_FACTOR = 0.1
# What confidence may rest on; COEFFICIENTS say which of them count where.
SIGNALS = (
    "one",  # the intercept
    "logit",
    "margin",
    "share",
    "best",
    "concepts",
    "covered",
    "understood",
    "known_concepts",
    "length",
    "agreed",
    "near",
)

_COLUMN = {name: place for place, name in enumerate(ENTRY_SIGNALS)}
# An entry is ranked by the classifier and by the likeness of words.
_LIKENESS = {"middle": 3.6, "answers": 0.6}
# How much the likeness of words counts beside an encoder: less, the better it reads the language.
_LIKENESS_BESIDE = {"en:minilm+use": 0.0, "fr:use": 0.5}


def decide(index: Index, text: str) -> AnswerDecision:
    """What to tell the shopper: an answer from ANSWER_FROM, guesses from GUESS_FROM, else a person.

    `confidence` is a calibrated chance in [0, 1]; `candidates` are the SHOWN best entries with their shares of belief.
    """
    # Asked of an empty index too: the conversation is marked, and staff see who waits for them.
    asks_person = wants_person(text, index.language)
    if not index.entries:
        return AnswerDecision(AnswerOutcome.ESCALATE, 0.0, (), asks_person)
    matched = match_features(index, text)
    ranks = rank(index, matched)
    chance = _chance(index, matched, ranks)
    candidates = _candidates(ranks)
    if asks_person or is_sensitive(text, index.language):
        return AnswerDecision(AnswerOutcome.ESCALATE, chance * PERSON_FACTOR, candidates, asks_person)
    return AnswerDecision(_outcome(chance), chance, candidates)


def rank(index: Index, matched: MatchFeatures) -> npt.NDArray[np.float64]:
    """One score an entry; their softmax is the share of belief in each."""
    likeness = sum(weight * matched.table[:, _COLUMN[name]] for name, weight in _LIKENESS.items())
    share = _LIKENESS_BESIDE.get(_judged_by(index), 1.0)
    return np.asarray(matched.table[:, _COLUMN["logit"]] + share * likeness)


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
        _certainty(ranks, first),
        row[_COLUMN["best"]],
        row[_COLUMN["concepts"]],
        row[_COLUMN["covered"]],
        matched.understood,
        matched.known_concepts,
        np.log1p(matched.length),
        agreed,
        row[_COLUMN["near"]],
    )
    return np.array(values, dtype=np.float64)


def _chance(index: Index, matched: MatchFeatures, ranks: npt.NDArray[np.float64]) -> float:
    """The chance that the best entry is right; none where no word of the message means anything to this FAQ."""
    if matched.length == 0 or (not matched.understood and matched.table[:, _COLUMN["near"]].max() < NEAR):
        return 0.0
    same = matched.table[:, _COLUMN["best"]] >= SAME
    if same.sum() == 1 and same[int(ranks.argmax())]:
        return SURE
    # Logistic regression, which is what makes the number a chance and not only a score.
    return float(1 / (1 + np.exp(-signals(matched, ranks) @ _coefficients(_judged_by(index)))))


def _outcome(chance: float) -> AnswerOutcome:
    if chance >= ANSWER_FROM:
        return AnswerOutcome.ANSWER
    return AnswerOutcome.GUESSES if chance >= GUESS_FROM else AnswerOutcome.ESCALATE


def _candidates(ranks: npt.NDArray[np.float64]) -> tuple[Candidate, ...]:
    shares = _shares(ranks)
    order = np.argsort(-ranks, kind="stable")[:SHOWN]
    return tuple(Candidate(int(place), round(float(shares[place]), 4)) for place in order)


def _certainty(ranks: npt.NDArray[np.float64], first: int) -> float:
    """The share of belief in the first entry, as if the FAQ had FEWEST entries."""
    others = np.delete(ranks, first) - ranks[first]
    absent = max(0, FEWEST - len(ranks)) * np.exp(others.mean()) if len(others) else FEWEST
    return float(1 / (1 + np.exp(others).sum() + absent))


def _shares(ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Softmax of the scores; the greatest is taken off first, so that no power overflows."""
    powers = np.exp(ranks - ranks.max())
    return np.asarray(powers / powers.sum())


def scorer(encoder: Encoder | None) -> str:
    """What has scored a message: its words, and its meaning by an encoder."""
    return f"words{f'+{encoder.name}' if encoder else ''}-{SCORER_VERSION}"


def _judged_by(index: Index) -> str:
    """Which coefficients an index is judged by: those of its language, and of its encoder."""
    return f"{index.language}:{index.encoder.name}" if index.encoder else index.language


@lru_cache(maxsize=8)
def _coefficients(judged_by: str) -> npt.NDArray[np.float64]:
    return np.array([COEFFICIENTS[judged_by].get(name, 0.0) for name in SIGNALS])
