"""From signals to a decision: ranking, the chance that the first entry is right, and what the shopper is given."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.calibration import shifted
from chatbot.answers.engine.coefficients import COEFFICIENTS
from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.features import ENTRY_SIGNALS, MatchFeatures, match_features
from chatbot.answers.engine.follow_up import FollowUp, find_follow_up
from chatbot.answers.engine.index import Index
from chatbot.answers.engine.topics import OF_PERSONS, SMALL_TALK, find_topic, guess_topic
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Before, Belief, Candidate, Topic

SCORER_VERSION = 2
# Below, the first guess is right less than once in eight times: a person is the better answer.
GUESS_FROM = 0.12
# A cosine to what an entry means: below it, a message that shares no word with the FAQ is about something else.
NEAR = 0.3
SAME, SURE = 0.98, 0.95
UNASKED = 0.4  # enough for guesses, of which the shopper takes the question that was meant
# From which chance on an entry is believed more than a hint about the topic. Whether one product is in stock is told by
# no entry that only sounds like it; an insult hides no question that may be guessed.
_BELIEVED = {Topic.STOCK: SURE, Topic.RUDENESS: GUESS_FROM}
_OUTCOMES = {Topic.OFF_TOPIC: AnswerOutcome.SMALL_TALK, Topic.RUDENESS: AnswerOutcome.SMALL_TALK}
KEPT = 2.0  # what an entry has ahead of the others where a message names but another thing or place
SHOWN = 5
FEWEST = 40  # entries: a smaller FAQ is asked as many different things
# Where a person must answer whatever the words look like, the scorer's belief is kept only as a trace: staff see which
# entry would have answered, and no figure counts it as sure.
PERSON_FACTOR = 0.1
# What confidence may rest on; COEFFICIENTS say which of them count where.
SIGNALS = (
    "one",  # the intercept
    "margin",
    "share",
    "concepts",
    "covered",
    "understood",
    "known_concepts",
    "length",
    "near",
    "ahead",  # how much more of the message's meaning the first entry explains than any other
)

_COLUMN = {name: place for place, name in enumerate(ENTRY_SIGNALS)}
# An entry is ranked by the classifier and by the likeness of words.
_LIKENESS = {"middle": 3.6, "answers": 0.6}
# How much the likeness of words counts beside an encoder: less, the better it reads the language.
_LIKENESS_BESIDE = {"en:minilm+use": 0.0, "fr:use": 0.5}


def decide(index: Index, text: str, before: Before | None = None, belief: Belief = Belief()) -> AnswerDecision:  # noqa: B008
    """What to tell the shopper: an answer where it is believed, guesses from GUESS_FROM, else a person; or kind words.

    `confidence` is a calibrated chance in [0, 1]; `candidates` are the SHOWN best entries with their shares of belief.
    `before` is what the conversation was about: a message that leaves out what that has said is read together with it.
    """
    topic = find_topic(text, index.language)
    if topic in SMALL_TALK:
        return AnswerDecision(AnswerOutcome.SMALL_TALK, 0.0, (), topic)
    # Asked of an empty index too: the conversation is marked, and staff see who waits for them.
    follow_up = find_follow_up(text, index.language) if before else None
    if before and follow_up:
        kept = before.position if follow_up == FollowUp.PART else None
        chance, candidates = _believed(index, _together(before, text, index.language), kept)
    else:
        chance, candidates = _believed(index, text)
    if topic in OF_PERSONS:
        return AnswerDecision(AnswerOutcome.ESCALATE, chance * PERSON_FACTOR, candidates, topic)
    chance = shifted(chance, belief.shift)
    outcome = _outcome(chance, belief.answer_from)
    # Who asks "how much?" of an answer just read did not find it there: it is not said a second time.
    if follow_up == FollowUp.QUESTION and before and candidates and candidates[0].position == before.position:
        outcome = AnswerOutcome.GUESSES if outcome == AnswerOutcome.ANSWER else outcome
    hint = guess_topic(text, index.language)
    if hint is None or chance >= _BELIEVED.get(hint, belief.answer_from):
        return AnswerDecision(outcome, chance, candidates)
    return AnswerDecision(_OUTCOMES.get(hint, AnswerOutcome.ESCALATE), min(chance, GUESS_FROM), candidates, hint)


def _together(before: Before, text: str, language: str) -> str:
    """A follow-up after what it follows; of a follow-up to a follow-up, the entry's question tells more."""
    asked = before.question if find_follow_up(before.asked, language) else before.asked
    return f"{asked} {text}"


def _believed(index: Index, text: str, kept: int | None = None) -> tuple[float, tuple[Candidate, ...]]:
    """The chance that the best entry is right, and the best entries; `kept` is the one that is asked about anyway."""
    if not index.entries:
        return 0.0, ()
    matched = match_features(index, text)
    ranks = rank(index, matched)
    if kept is not None:
        ranks[kept] += KEPT
    return _chance(index, matched, ranks), _candidates(ranks)


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
    values = (
        1.0,
        ranks[first] - second,
        _certainty(ranks, first),
        row[_COLUMN["concepts"]],
        row[_COLUMN["covered"]],
        matched.understood,
        matched.known_concepts,
        np.log1p(matched.length),
        row[_COLUMN["near"]],
        row[_COLUMN["covered"]] - np.delete(matched.table[:, _COLUMN["covered"]], first).max(initial=0.0),
    )
    return np.array(values, dtype=np.float64)


def plain_chance(matched: MatchFeatures, ranks: npt.NDArray[np.float64]) -> float | None:
    """The chance of a message that needs no weighing, None for all others.

    It is nought where no word means anything to this FAQ, SURE for the very words of one entry's phrase, and UNASKED
    for a word that several entries share.
    """
    if matched.length == 0 or (not matched.understood and matched.table[:, _COLUMN["near"]].max() < NEAR):
        return 0.0
    same = matched.table[:, _COLUMN["best"]] >= SAME
    if same.sum() == 1 and same[int(ranks.argmax())]:
        return SURE
    return UNASKED if matched.is_field else None


def _chance(index: Index, matched: MatchFeatures, ranks: npt.NDArray[np.float64]) -> float:
    """The chance that the best entry is right."""
    plain = plain_chance(matched, ranks)
    if plain is not None:
        return plain
    # Logistic regression, which is what makes the number a chance and not only a score.
    return float(1 / (1 + np.exp(-signals(matched, ranks) @ _coefficients(_judged_by(index)))))


def _outcome(chance: float, answer_from: float) -> AnswerOutcome:
    if chance >= answer_from:
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
