"""How what is published answers the last questions: kept, for every draft is compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chatbot.answers.answering import decide_on
from chatbot.answers.knowledge import KnowledgeBase
from chatbot.answers.transcripts.asked import AskedQuestion
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Belief, Candidate, Topic
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId

FEW = 50  # questions: so many are answered again rather than stored
FORM = 2  # raised when what was stored before would be misread


def standing_decisions(
    shop_id: ShopId,
    known: KnowledgeBase,
    language: str,
    questions: Sequence[AskedQuestion],
    belief: Belief,
    kept: Sequence[AskedQuestion],
) -> dict[int, AnswerDecision]:
    """Return what the index says of each question by its message's public id; outside any transaction.

    What it said before is read, unless the index or the belief has changed, and stays for these questions and `kept`.
    """
    artefact = store.load(shop_id, _artefact_name(language))
    basis = {"form": FORM, "knowledge": known.version, "shift": belief.shift, "answer_from": belief.answer_from}
    is_fit = artefact is not None and artefact.manifest.get("basis") == basis
    stored: dict[str, Any] = artefact.manifest["decisions"] if artefact is not None and is_fit else {}
    new = [one for one in questions if str(one.exchange) not in stored]
    decisions = {one.exchange: _read(stored[str(one.exchange)]) for one in questions if str(one.exchange) in stored} | {
        one.exchange: decide_on(known, one.text, belief, one.before) for one in new
    }
    if len(new) >= FEW:
        # Of earlier questions, nothing stays: what was erased is forgotten with the next ones.
        held = {str(one.exchange) for one in kept} & set(stored)
        written = {one: stored[one] for one in held} | {str(one): _as_json(told) for one, told in decisions.items()}
        store.save(shop_id, _artefact_name(language), {}, {"basis": basis, "decisions": written})
    return decisions


def _artefact_name(language: str) -> str:
    return f"standing-{language}"


def _as_json(decision: AnswerDecision) -> list[Any]:
    candidates = [[one.position, one.score] for one in decision.candidates]
    parts = [[text, _as_json(one)] for text, one in decision.parts]
    return [decision.outcome, decision.confidence, candidates, decision.topic, parts]


def _read(stored: Sequence[Any]) -> AnswerDecision:
    outcome, confidence, candidates, topic, parts = stored
    return AnswerDecision(
        AnswerOutcome(outcome),
        confidence,
        tuple(Candidate(position, score) for position, score in candidates),
        Topic(topic) if topic else None,
        tuple((text, _read(one)) for text, one in parts),
    )
