"""Trying a question on an entry that is being written: asked for on a page, answered by a worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chatbot.answers import knowledge
from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.drafts.texts import as_json, read_texts
from chatbot.answers.drafts.types import TrialSide, TrialSummary
from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.index import build_index
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.models import AnswerTrial
from chatbot.answers.redaction import redact, without_placeholders
from chatbot.answers.selectors import iter_entries
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.types import AnswerDecision, AnswerOutcome, CandidateSummary, EntrySummary, IndexedEntry
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

KIND = "try_answer"
CANDIDATES = 3


def ask_trial(shop_id: ShopId, entry: str, asked: str, language: str) -> None:
    """Have a worker answer a question with an entry's draft, and with what is published. Opens the scope."""
    with shop_scope(shop_id):
        tried = {
            "texts": as_json(edited_answer(entry).texts),
            "language": language,
            "asked": redact(asked).text,
            "asked_at": now(),
            "found": None,
        }
        row, _ = AnswerTrial.objects.update_or_create(entry=entry, defaults=tried)
        add_due(KIND, row.pk)


def run_trial(shop_id: ShopId, trial_id: int) -> None:
    """Answer the question of a trial on both sides; one that is answered is left alone. Opens its own scopes."""
    with shop_scope(shop_id):
        row = AnswerTrial.objects.filter(pk=trial_id, found__isnull=True).first()
        if row is None:
            return
        version, belief = version_in_scope(row.language), belief_in_scope()
        written = [one for one in iter_entries(row.language) if one.external_id != row.entry]
    own = read_texts(row.entry, row.texts).get(row.language)
    written += [own] if own and own.question else []
    # Indexes are built outside any transaction: it takes a moment. What is published has its own already.
    draft = build_index(written, row.language, knowledge.encoder_of(row.language))
    published = find_knowledge(shop_id, row.language, version)
    asked = without_placeholders(row.asked)
    found = {
        "draft": _side(decide(draft, asked, belief=belief), written),
        "published": _side(decide(published.index, asked, belief=belief), published.entries),
    }
    with shop_scope(shop_id):
        # Whoever asked something else meanwhile is not answered with this.
        AnswerTrial.objects.filter(pk=trial_id, asked_at=row.asked_at).update(found=found)


def find_trial(entry: str) -> TrialSummary | None:
    """Return the question that was tried last on an entry, or None. Run in the shop's scope."""
    row = AnswerTrial.objects.filter(entry=entry).first()
    if row is None:
        return None
    sides = {name: _side_of(stored) for name, stored in (row.found or {}).items()}
    return TrialSummary(
        asked=row.asked, language=row.language, draft=sides.get("draft"), published=sides.get("published")
    )


def _side(decision: AnswerDecision, entries: Sequence[EntrySummary | IndexedEntry]) -> dict[str, Any]:
    best = [(entries[one.position], one.score) for one in decision.candidates[:CANDIDATES]]
    return {
        "outcome": decision.outcome,
        "confidence": decision.confidence,
        "candidates": [{"entry": one.external_id, "question": one.question, "score": score} for one, score in best],
        "answer": best[0][0].answer if decision.outcome == AnswerOutcome.ANSWER else "",
    }


def _side_of(stored: dict[str, Any]) -> TrialSide:
    return TrialSide(
        outcome=AnswerOutcome(stored["outcome"]),
        confidence=stored["confidence"],
        candidates=tuple(CandidateSummary(**one) for one in stored["candidates"]),
        answer=stored["answer"],
    )
