"""What a draft does to the last questions before it is published: asked for on a page, found by a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from chatbot.answers.answering import FoundAnswer, complete_answer, decide_on
from chatbot.answers.drafts.selectors import edited_answer, published_texts
from chatbot.answers.drafts.texts import as_json, read_texts
from chatbot.answers.drafts.types import EditedAnswer
from chatbot.answers.engine.confidence import SURE
from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.index import build_index
from chatbot.answers.knowledge import KnowledgeBase, find_knowledge, version_in_scope
from chatbot.answers.selectors import entries_to_index
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.transcripts.asked import AskedQuestion, find_asked, last_questions
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Belief, EntrySummary, IndexedEntry
from chatbot.console.teaching.meanings import remembered_encoder
from chatbot.console.teaching.models import AnswerEffect
from chatbot.console.teaching.standing import standing_decisions
from chatbot.console.teaching.types import EffectChange, EffectKind, EffectPage, EffectSide, EffectSummary
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import add_due, is_awaited
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

KIND = "measure_effect"
PREPARATION = "prepare_effects"
QUESTIONS = 1_000
PER_STEP = 200  # the latest first: what is found of them is shown while the others are still asked
UNFINISHED = Q(found__isnull=True) | Q(checked__lt=F("total"))
ANSWERED = (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
EffectRecord = dict[str, Any]
NOTHING: EffectRecord = {"changes": [], "labelled": 0, "right_before": 0, "right_after": 0}


def ask_effect(shop_id: ShopId, entry: str) -> None:
    """Have a worker find what the draft of an entry does to the last questions. Opens the scope.

    Raises Refusal where there is no draft. What was found for the same draft is found anew: there are new questions.
    """
    with shop_scope(shop_id):
        edited = edited_answer(entry)
        if edited.draft is None:
            raise Refusal("no_draft", _("This answer has no draft. Change something first."), 400)
        asked = {"texts": as_json(edited.texts), "etag": edited.etag, "asked_at": now()}
        row, _made = AnswerEffect.objects.update_or_create(
            entry=entry, defaults={**asked, "checked": 0, "total": 0, "found": None}
        )
        add_due(KIND, row.pk)


def run_effect(shop_id: ShopId, effect_id: int) -> None:
    """Answer the last questions with what is published and with the draft, and keep where they differ.

    What is found of the latest questions is kept at once, and grows. Safe to run twice. Opens its own scopes.
    """
    with shop_scope(shop_id):
        row = AnswerEffect.objects.filter(UNFINISHED, pk=effect_id).first()
        if row is None:
            return
        questions, belief = last_questions(QUESTIONS), belief_in_scope()
        # Whoever asked something else meanwhile is not answered with this.
        rows = AnswerEffect.objects.filter(pk=effect_id, asked_at=row.asked_at)
        rows.update(total=len(questions))
        languages = _changed_languages(published_texts(row.entry), read_texts(row.entry, row.texts))
    found: EffectRecord = {**NOTHING, "changes": []}
    for checked in range(0, len(questions), PER_STEP):
        end = checked + PER_STEP
        sides = {one: _open_sides(shop_id, row, one, questions, end, belief) for one in languages}
        for question in questions[checked:end]:
            if question.language in sides:
                _compare(shop_id, sides[question.language], question, found)
        with shop_scope(shop_id):
            rows.update(found=found, checked=min(end, len(questions)))
    with shop_scope(shop_id):
        rows.update(found=found)


def ask_preparation(shop_id: ShopId) -> None:
    """Have a worker get ready for an effect that may be asked for soon. Opens the scope."""
    with shop_scope(shop_id):
        if not is_awaited(PREPARATION):
            add_due(PREPARATION, 0)


def prepare_effects(shop_id: ShopId) -> None:
    """Answer the last questions with what is published, so that the next effect is found in a moment.

    Safe to run twice. Opens its own scopes.
    """
    with shop_scope(shop_id):
        questions, belief = last_questions(QUESTIONS), belief_in_scope()
    for language in LANGUAGES:
        with shop_scope(shop_id):
            version, rows = version_in_scope(language), entries_to_index(language)
        _answer_as_published(shop_id, language, version, [entry for _, entry in rows], questions, QUESTIONS, belief)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What answers now, what it says of each question, and what would answer."""

    published: KnowledgeBase
    standing: Mapping[int, AnswerDecision]
    written: KnowledgeBase
    belief: Belief


def _changed_languages(published: Mapping[str, EntrySummary], written: Mapping[str, EntrySummary]) -> list[str]:
    return [one for one in LANGUAGES if published.get(one) != written.get(one)]


def _open_sides(
    shop_id: ShopId, row: AnswerEffect, language: str, questions: Sequence[AskedQuestion], first: int, belief: Belief
) -> _Sides:
    with shop_scope(shop_id):
        version, rows = version_in_scope(language), entries_to_index(language)
    published, standing, encoder = _answer_as_published(
        shop_id, language, version, [entry for _, entry in rows], questions, first, belief
    )
    others = [entry for _, entry in rows if entry.external_id != row.entry]
    own = read_texts(row.entry, row.texts).get(language)
    written = [*others, own] if own and own.question else others
    # Built outside any transaction: it takes a moment.
    index = build_index(written, language, encoder)
    entries = tuple(IndexedEntry("", one.external_id, one.question, one.answer) for one in written)
    return _Sides(published, standing, KnowledgeBase("draft", index, entries), belief)


def _answer_as_published(
    shop_id: ShopId,
    language: str,
    version: str,
    entries: Sequence[EntrySummary],
    questions: Sequence[AskedQuestion],
    first: int,
    belief: Belief,
) -> tuple[KnowledgeBase, dict[int, AnswerDecision], Encoder | None]:
    """Return what answers now, what it says of so many first questions, and an encoder that knows all these texts.

    What was known before of any of the questions stays known.
    """
    known = find_knowledge(shop_id, language, version)
    phrases = [text for one in entries for text in (one.question, *one.phrases)]
    kept = [one for one in questions if one.language == language]
    asked = [one for one in questions[:first] if one.language == language]
    encoder = remembered_encoder(
        shop_id, language, "asked", [*phrases, *(one.text for one in asked)], [one.text for one in kept]
    )
    known = replace(known, index=replace(known.index, encoder=encoder))
    return known, standing_decisions(shop_id, known, language, asked, belief, kept), encoder


def _compare(shop_id: ShopId, sides: _Sides, question: AskedQuestion, found: EffectRecord) -> None:
    """Note where a question is answered otherwise with the draft, and where staff said what is right."""
    decided = sides.standing[question.exchange]
    would = decide_on(sides.written, question.text, sides.belief, question.before)
    is_same = _rests_on(decided, sides.published) == _rests_on(would, sides.written)
    if is_same and question.expect is None:
        return  # the shop's data would tell the same beside both
    with shop_scope(shop_id):
        before, after = (
            _side(complete_answer(known, one, question.text, question.language, question.before))
            for known, one in ((sides.published, decided), (sides.written, would))
        )
    if before != after:
        found["changes"].append({"exchange": question.exchange, "before": before, "after": after})
    if question.expect is not None:
        found["labelled"] += 1
        found["right_before"] += _is_right(before, question.expect)
        found["right_after"] += _is_right(after, question.expect)


def _rests_on(decision: AnswerDecision, known: KnowledgeBase) -> tuple[object, ...]:
    """All of a decision that an answer rests on."""
    best = known.entries[decision.candidates[0].position].external_id if decision.candidates else ""
    return decision.outcome, decision.topic, best, decision.confidence >= SURE


def _side(answer: FoundAnswer) -> EffectRecord:
    entry = answer.entry
    return {
        "outcome": str(answer.outcome),
        "entry": entry.external_id if entry else "",
        "question": entry.question if entry else "",
    }


def _is_right(side: EffectRecord, expect: str) -> bool:
    """Whether a question gets the entry that staff say is right; where none is, no entry may answer."""
    return bool(side["entry"] == expect)


def read_effect(shop_id: ShopId, entry: str) -> EffectPage:
    """Return an entry with what its draft does to the last questions, None where nobody asked. Opens the scope."""
    with shop_scope(shop_id):
        edited = edited_answer(entry)
        row = AnswerEffect.objects.filter(entry=entry).first()
        return EffectPage(edited=edited, effect=_summary(row, edited) if row else None)


def _summary(row: AnswerEffect, edited: EditedAnswer) -> EffectSummary:
    found = row.found or NOTHING
    kinds = [_kind(one["before"], one["after"]) for one in found["changes"]]
    return EffectSummary(
        is_done=row.found is not None and row.checked >= row.total,
        checked=row.checked,
        total=row.total,
        counts={one: kinds.count(one) for one in EffectKind},
        changes=tuple(_changes(found["changes"])),
        labelled=found["labelled"],
        right_before=found["right_before"],
        right_after=found["right_after"],
        is_stale=edited.draft is None or edited.etag != row.etag,
    )


def _changes(stored: Sequence[EffectRecord]) -> Iterator[EffectChange]:
    """Yield the changes, those that are lost first; what was erased since is left out."""
    order = [EffectKind.LOST, EffectKind.DIFFERENT, EffectKind.GAINED]
    exchanges = find_asked(one["exchange"] for one in stored)
    for one in sorted(stored, key=lambda one: order.index(_kind(one["before"], one["after"]))):
        exchange = exchanges.get(one["exchange"])
        if exchange is not None:
            expect = exchange.expect
            yield EffectChange(
                kind=_kind(one["before"], one["after"]),
                exchange=exchange,
                before=_read_side(one["before"]),
                after=_read_side(one["after"]),
                was_right=None if expect is None else _is_right(one["before"], expect),
                is_right=None if expect is None else _is_right(one["after"], expect),
            )


def _kind(before: EffectRecord, after: EffectRecord) -> EffectKind:
    was, would = before["outcome"] in ANSWERED, after["outcome"] in ANSWERED
    if was == would:
        return EffectKind.DIFFERENT
    return EffectKind.GAINED if would else EffectKind.LOST


def _read_side(stored: EffectRecord) -> EffectSide:
    return EffectSide(AnswerOutcome(stored["outcome"]), stored["entry"], stored["question"])
