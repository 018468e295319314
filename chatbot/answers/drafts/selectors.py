"""Questions about what a merchant writes. All run in the shop's open scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from django.db.models import Count

from chatbot.answers.drafts.texts import etag_of, read_texts
from chatbot.answers.drafts.types import AnswerRow, AnswerVersionSummary, EditedAnswer, Texts
from chatbot.answers.models import AnswerVersion, Entry, Message
from chatbot.answers.selectors import iter_entries
from chatbot.answers.types import Author, EntrySummary
from shopconnect.accounts.selectors import names_of_people
from shopconnect.core.clock import now
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.words import has_words
from shopconnect.shops.selectors import shop_profile

LATELY = timedelta(days=28)
MOST_VERSIONS = 50
MOST_LISTED = 5_000


def published_texts(entry: str) -> dict[str, EntrySummary]:
    """Return what shoppers are answered with by an entry, by language."""
    rows = Entry.objects.filter(external_id=entry).order_by("language")
    return {
        row.language: EntrySummary(entry, row.language, row.question, row.answer, tuple(row.phrases), row.category)
        for row in rows
    }


def edited_answer(entry: str) -> EditedAnswer:
    """Return an entry as it is published and being written; one that nobody wrote yet has no texts."""
    published = published_texts(entry)
    row = AnswerVersion.objects.filter(entry=entry, number=0).first()
    draft = _summaries([row])[0] if row else None
    return EditedAnswer(
        entry=entry,
        published=published,
        draft=draft,
        etag=etag_of(draft.texts if draft else published),
        number=last_number(entry),
    )


def last_number(entry: str) -> int:
    """Return the number of the version that was published last, 0 before any."""
    last = AnswerVersion.objects.filter(entry=entry).order_by("-number").first()
    number: int = last.number if last else 0
    return number


def list_versions(entry: str) -> list[AnswerVersionSummary]:
    """Return the versions of an entry that were published, newest first, fifty at most."""
    rows = AnswerVersion.objects.filter(entry=entry, number__gt=0).order_by("-number")
    return _summaries(list(rows[:MOST_VERSIONS]))


def languages_written() -> tuple[str, ...]:
    """Return the languages that the shop in scope speaks, of those that answers may be written in."""
    spoken = shop_profile().languages
    return tuple(one for one in LANGUAGES if one in spoken) or LANGUAGES


def list_answers(words: Sequence[str]) -> list[AnswerRow]:
    """Return each entry, published or written, that has each of some words; drafts first, then the most asked."""
    wanted, counted = languages_written(), _answered_lately()
    published, written = all_texts()
    found = [
        AnswerRow(
            entry=entry,
            texts=texts,
            is_published=entry in published,
            is_draft=entry in written,
            missing=tuple(one for one in wanted if one not in texts or not texts[one].answer),
            asked=counted.get(entry, 0),
        )
        for entry, texts in {**published, **written}.items()
        if has_words(words, *_said(texts))
    ]
    return sorted(found, key=lambda one: (not one.is_draft, -one.asked, one.entry))


def all_texts() -> tuple[dict[str, Texts], dict[str, Texts]]:
    """Return what each entry says as it is published, and as it is being written."""
    published: dict[str, dict[str, EntrySummary]] = {}
    for one in islice(iter_entries(), MOST_LISTED):
        published.setdefault(one.external_id, {})[one.language] = one
    rows = AnswerVersion.objects.filter(number=0).order_by("entry")
    return dict(published), {row.entry: read_texts(row.entry, row.texts) for row in rows}


def count_drafts() -> int:
    """Return how many answers are being written."""
    return int(AnswerVersion.objects.filter(number=0).count())


def _said(texts: Texts) -> list[str]:
    return [text for one in texts.values() for text in (one.question, one.category, *one.phrases)]


def _answered_lately() -> dict[str, int]:
    rows = Message.objects.filter(author=Author.BOT, at__gte=now() - LATELY).exclude(entry="")
    return dict(rows.order_by("entry").values_list("entry").annotate(count=Count("id")))


def _summaries(rows: Sequence[AnswerVersion]) -> list[AnswerVersionSummary]:
    names = names_of_people(row.by_id for row in rows if row.by_id)
    return [
        AnswerVersionSummary(
            number=row.number,
            texts=read_texts(row.entry, row.texts),
            who=names.get(row.by_id, "") if row.by_id else "",
            at=row.at,
            undoes=row.undoes,
        )
        for row in rows
    ]
