"""Questions about answers: entries and test questions. All run in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection
from django.db.models import Count

from chatbot.answers.models import Entry, TestQuestion
from chatbot.answers.types import AnswerSource, EntrySummary, IndexedEntry, TestQuestionSummary
from shopconnect.core.tenancy.context import current_shop
from shopconnect.core.words import has_words

MOST_SEARCHED = 3_000


def iter_entries(language: str | None = None) -> Iterator[EntrySummary]:
    """Yield the FAQ of the shop in scope by external id, then language; one language, or all."""
    rows = Entry.objects.order_by("external_id", "language")
    for row in rows.filter(language=language) if language else rows:
        yield _entry_summary(row)


def entries_to_index(language: str) -> list[tuple[IndexedEntry, EntrySummary]]:
    """Return each entry of a language as an index serves it and as it is built from it, in one reading."""
    rows = Entry.objects.filter(language=language).order_by("external_id")
    return [(_indexed_entry(row), _entry_summary(row)) for row in rows]


def list_entries(after_id: int, limit: int, language: str | None = None) -> list[tuple[int, EntrySummary]]:
    """Return a page of entries by row id, each with that id; one language, or all."""
    rows = Entry.objects.filter(id__gt=after_id).order_by("id")
    found = (rows.filter(language=language) if language else rows)[:limit]
    return [(row.pk, _entry_summary(row)) for row in found]


def find_entry(language: str, external_id: str) -> EntrySummary | None:
    """Return the entry of a language and id, or None."""
    row = Entry.objects.filter(language=language, external_id=external_id).first()
    return None if row is None else _entry_summary(row)


def find_entries(words: Sequence[str], most: int) -> list[EntrySummary]:
    """Return the first entries that have each of some folded words in a question."""
    entries = islice(iter_entries(), MOST_SEARCHED)
    return list(islice((one for one in entries if has_words(words, one.question, *one.phrases)), most))


def _indexed_entry(row: Entry) -> IndexedEntry:
    return IndexedEntry(str(row.public_id), row.external_id, row.question, row.answer)


def _entry_summary(row: Entry) -> EntrySummary:
    return EntrySummary(row.external_id, row.language, row.question, row.answer, tuple(row.phrases), row.category)


def iter_test_questions() -> Iterator[TestQuestionSummary]:
    """Yield the test questions of the shop in scope by language, then text."""
    for row in TestQuestion.objects.order_by("language", "digest").iterator():
        yield TestQuestionSummary(row.text, row.language, row.expect)


# The sum too: of two changes at once, the one that began first may be the last to be seen.
_FINGERPRINTS = """
SELECT language, count(*), max(changed_at), sum(extract(epoch FROM changed_at)) FROM answers_entry
WHERE shop_id = %s GROUP BY language
"""


def fingerprints() -> dict[str, str]:
    """Return for each language with entries a text that differs whenever these differ."""
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINTS, [current_shop()])
        return {language: f"{count}-{last.isoformat()}-{total}" for language, count, last, total in cursor}


def count_entries() -> dict[str, int]:
    """Return how many entries the shop in scope has, by language."""
    rows = Entry.objects.order_by("language").values("language").annotate(count=Count("id"))
    return {row["language"]: row["count"] for row in rows}


def count_questions() -> int:
    """Return how many questions the FAQ of the shop in scope answers; one in two languages is one."""
    return int(Entry.objects.values("external_id").distinct().count())


def sources_of(named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], AnswerSource]:
    """Return the entries of some languages and ids, as sources of answers; entries that are gone are left out."""
    ids = {entry for _, entry in named if entry}
    if not ids:
        return {}
    found = Entry.objects.filter(external_id__in=ids)
    return {(one.language, one.external_id): AnswerSource(one.question, one.changed_at) for one in found}
