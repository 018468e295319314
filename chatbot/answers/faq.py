"""Keeping the FAQ and the test questions: bulk, safe to run twice, in the shop's open scope."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from chatbot.answers.models import Entry, TestQuestion
from chatbot.answers.types import EntrySummary, TestQuestionSummary
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.sync.services import Stored

_ENTRY_FIELDS = ["question", "phrases", "answer", "category", "changed_at"]


def store_entries(entries: Sequence[EntrySummary]) -> Stored:
    """Store entries of the shop in scope by language and id, and have the index built again if anything changed.

    Where two of one name come at once the last one counts. Safe to run twice and at the same time as itself.
    """
    given = {(one.language, one.external_id): one for one in entries}
    external_ids = {external_id for _, external_id in given}
    rows = {(row.language, row.external_id): row for row in Entry.objects.filter(external_id__in=external_ids)}
    new = [_entry_row(entry) for name, entry in given.items() if name not in rows]
    changed = [_entry_row(entry) for name, entry in given.items() if name in rows and _differs(rows[name], entry)]
    _upsert(Entry, [*new, *changed], ["shop", "language", "external_id"], _ENTRY_FIELDS)
    # In the caller's transaction: an entry that is stored is always followed by its index.
    if new or changed:
        add_due("index_answers", 0)
    return Stored(new=len(new), changed=len(changed), same=len(given) - len(new) - len(changed))


def remove_entries(external_id: str, languages: Sequence[str]) -> None:
    """Remove an entry of the shop in scope in some languages, and have the index built again if there was one."""
    removed, _ = Entry.objects.filter(external_id=external_id, language__in=languages).delete()
    if removed:
        add_due("index_answers", 0)


def store_test_questions(questions: Sequence[TestQuestionSummary]) -> Stored:
    """Store test questions of the shop in scope by language and text. Safe to run twice and beside itself."""
    given = {(one.language, _digest(one.text)): one for one in questions}
    found = TestQuestion.objects.filter(digest__in={digest for _, digest in given})
    rows = {(row.language, row.digest): row for row in found}
    new = [_question_row(one) for name, one in given.items() if name not in rows]
    changed = [_question_row(one) for name, one in given.items() if name in rows and rows[name].expect != one.expect]
    _upsert(TestQuestion, [*new, *changed], ["shop", "language", "digest"], ["expect"])
    return Stored(new=len(new), changed=len(changed), same=len(given) - len(new) - len(changed))


def _upsert(model: Any, rows: Sequence[Any], unique: list[str], fields: list[str]) -> None:
    # An upsert: two loads at once may both find an entry new, and neither may fail for it.
    if rows:
        model.objects.bulk_create(
            rows, batch_size=500, update_conflicts=True, unique_fields=unique, update_fields=fields
        )


def _entry_row(entry: EntrySummary) -> Entry:
    return Entry(
        external_id=entry.external_id,
        language=entry.language,
        question=entry.question,
        phrases=list(entry.phrases),
        answer=entry.answer,
        category=entry.category,
        changed_at=now(),
    )


def _differs(row: Entry, entry: EntrySummary) -> bool:
    stored = (row.question, tuple(row.phrases), row.answer, row.category)
    return stored != (entry.question, tuple(entry.phrases), entry.answer, entry.category)


def _question_row(question: TestQuestionSummary) -> TestQuestion:
    return TestQuestion(
        language=question.language, digest=_digest(question.text), text=question.text, expect=question.expect
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
