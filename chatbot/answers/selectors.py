"""Questions about answers: entries, test questions, conversations. All but none run in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Count, DecimalField, Func, Max, Q, QuerySet, Sum

from chatbot.answers.models import Conversation, Entry, Exchange, TestQuestion
from chatbot.answers.types import (
    RETENTION_DAYS,
    AnswerOutcome,
    AnswerSource,
    CandidateSummary,
    ConversationDraft,
    ConversationSummary,
    EntrySummary,
    ExchangeDraft,
    ExchangeSummary,
    Guess,
    IndexedEntry,
    LogFilter,
    MessageKind,
    ProductCard,
    ReplySummary,
    TestQuestionSummary,
    Topic,
)
from shopconnect.core.clock import now
from shopconnect.core.words import has_words

CONVERSATIONS_AT_ONCE, MOST_SEARCHED = 50, 3_000


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


def fingerprint(language: str) -> str:
    """Return a text that differs whenever the entries of a language differ; "" when there are none."""
    # The sum too: of two changes at once, the one that began first may be the last to be seen.
    seconds = Func("changed_at", template="extract(epoch FROM %(expressions)s)", output_field=DecimalField())
    rows = Entry.objects.filter(language=language)
    found = rows.aggregate(count=Count("id"), last=Max("changed_at"), sum=Sum(seconds))
    return f"{found['count']}-{found['last'].isoformat()}-{found['sum']}" if found["count"] else ""


def count_entries() -> dict[str, int]:
    """Return how many entries the shop in scope has, by language."""
    rows = Entry.objects.order_by("language").values("language").annotate(count=Count("id"))
    return {row["language"]: row["count"] for row in rows}


def count_questions() -> int:
    """Return how many questions the FAQ of the shop in scope answers; one in two languages is one."""
    return int(Entry.objects.values("external_id").distinct().count())


def find_reply_row(token_hash: str, exchange: str) -> Exchange | None:
    """Return an exchange by its public id, only if the conversation's token fits; None otherwise."""
    if not exchange.isascii() or not exchange.isdigit() or len(exchange) > 19:
        return None
    # By the token as well: the id of an exchange opens nothing by itself.
    rows = Exchange.objects.filter(public_id=int(exchange), conversation__token_hash=token_hash)
    found: Exchange | None = rows.select_related("conversation").first()
    return found


def reply_of(row: Exchange) -> ReplySummary | None:
    """Return what the shopper is told by an exchange, None while it waits."""
    if row.answered_at is None:
        return None
    guesses: tuple[Guess, ...] = ()
    if row.outcome == AnswerOutcome.GUESSES:
        guesses = tuple(Guess(one["id"], one["question"]) for one in row.candidates[:3])
    source = sources_of([row]).get((row.language, row.entry))
    outcome, cards = AnswerOutcome(row.outcome), _cards(row)
    return ReplySummary(
        str(row.public_id),
        outcome,
        row.reply,
        row.language,
        guesses,
        source,
        cards=cards,
        is_generated=row.is_generated,
    )


def _cards(row: Exchange) -> tuple[ProductCard, ...]:
    return tuple(ProductCard(**card) for card in row.cards)


def sources_of(rows: Iterable[Exchange]) -> dict[tuple[str, str], AnswerSource]:
    """Return the entries that exchanges were answered with, by language and id; entries that are gone are left out."""
    named = {(row.language, row.entry) for row in rows if row.entry}
    if not named:
        return {}
    found = Entry.objects.filter(external_id__in={entry for _, entry in named})
    return {(one.language, one.external_id): AnswerSource(one.question, one.changed_at) for one in found}


def find_before(row: Exchange) -> Exchange | None:
    """Return the exchange that a message may follow up: the last before it, small talk aside, if it was answered."""
    rows = Exchange.objects.filter(conversation=row.conversation_id, pk__lt=row.pk)
    last: Exchange | None = rows.exclude(outcome=AnswerOutcome.SMALL_TALK).order_by("-id").first()
    is_answered = last is not None and last.outcome in (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
    return last if last and is_answered and last.language == row.language else None


def last_language(conversation: Conversation) -> str | None:
    """Return the language of a conversation's last message, None before the first."""
    rows = Exchange.objects.filter(conversation=conversation).order_by("-id")
    language: str | None = rows.values_list("language", flat=True).first()
    return language


def exchange_summaries(rows: Sequence[Exchange]) -> list[ExchangeSummary]:
    """Return exchanges as the console shows them."""
    sources = sources_of(rows)
    return [_exchange_summary(row, sources.get((row.language, row.entry))) for row in rows]


def find_exchange(public_id: int) -> ExchangeSummary | None:
    """Return an exchange of the shop in scope by its public id, or None."""
    rows = list(Exchange.objects.filter(public_id=public_id).select_related("conversation"))
    return next(iter(exchange_summaries(rows)), None)


def _exchange_summary(row: Exchange, source: AnswerSource | None) -> ExchangeSummary:
    return ExchangeSummary(
        exchange=str(row.public_id),
        conversation=str(row.conversation.public_id),
        way=MessageKind(row.way),
        language=row.language,
        asked=row.asked,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        outcome=AnswerOutcome(row.outcome) if row.outcome else None,
        topic=Topic(row.topic) if row.topic else None,
        reply=row.reply,
        entry=row.entry,
        source=source,
        confidence=row.confidence,
        candidates=tuple(CandidateSummary(one["entry"], one["question"], one["score"]) for one in row.candidates),
        scorer=row.scorer,
        milliseconds=row.milliseconds,
        helpful=row.helpful,
        cards=_cards(row),
        expect=row.expect,
        is_generated=row.is_generated,
    )


def logged_exchanges(chosen: LogFilter) -> QuerySet[Exchange]:
    """Return the exchanges of the shop in scope that fit a filter, newest first."""
    rows: QuerySet[Exchange] = Exchange.objects.select_related("conversation").order_by("-asked_at", "-id")
    if chosen.outcome:
        rows = rows.filter(outcome=chosen.outcome)
    if chosen.language:
        rows = rows.filter(language=chosen.language)
    if chosen.text:
        rows = rows.filter(Q(asked__icontains=chosen.text) | Q(reply__icontains=chosen.text))
    if chosen.since:
        rows = rows.filter(asked_at__gte=chosen.since)
    return rows.filter(asked_at__lt=chosen.until) if chosen.until else rows


def list_exchanges(chosen: LogFilter, start: int, most: int) -> tuple[list[ExchangeSummary], bool]:
    """Return at most `most` exchanges from place `start` on, newest first, and whether there are more."""
    # One more than is shown says whether there is a next page, and costs less than a count.
    rows = list(logged_exchanges(chosen)[start : start + most + 1])
    return exchange_summaries(rows[:most]), len(rows) > most


def find_exchanges(words: Sequence[str], most: int) -> list[ExchangeSummary]:
    """Return the latest exchanges in which a shopper used each of some folded words, one a conversation.

    The newest few thousand are looked through; older ones are found in the log.
    """
    rows = Exchange.objects.select_related("conversation").order_by("-asked_at", "-id")[:MOST_SEARCHED]
    found: dict[int, Exchange] = {}
    for row in rows.iterator(CONVERSATIONS_AT_ONCE):
        if has_words(words, row.asked):
            found.setdefault(row.conversation_id, row)
        if len(found) == most:
            break
    return exchange_summaries(list(found.values()))


def last_answer_at() -> datetime | None:
    """Return when the assistant last answered, or None."""
    rows = Exchange.objects.exclude(answered_at=None).order_by("-asked_at")
    last: datetime | None = rows.values_list("answered_at", flat=True).first()
    return last


def count_exchanges(since: datetime | None = None) -> dict[str, int]:
    """Return how many exchanges ended in each outcome, "" for those that wait."""
    rows = Exchange.objects.filter(asked_at__gte=since) if since else Exchange.objects.all()
    counted = rows.order_by("outcome").values("outcome").annotate(count=Count("id"))
    return {row["outcome"]: row["count"] for row in counted}


def list_conversations(after_id: int, limit: int) -> list[tuple[int, ConversationSummary]]:
    """Return a page of conversations by row id, each with that id, with their exchanges, oldest first."""
    rows = list(Conversation.objects.filter(id__gt=after_id).order_by("id")[:limit])
    exchanges: dict[int, list[ExchangeSummary]] = {row.pk: [] for row in rows}
    found = list(Exchange.objects.filter(conversation__in=rows).select_related("conversation").order_by("id"))
    for one, summary in zip(found, exchange_summaries(found), strict=True):
        exchanges[one.conversation_id].append(summary)
    return [(row.pk, _conversation_summary(row, exchanges[row.pk])) for row in rows]


def iter_conversations(most_exchanges: int) -> Iterator[ConversationDraft]:
    """Yield what may be kept of the shop's conversations, by beginning, then id; a long one in parts, one by one."""
    retained = Conversation.objects.filter(last_at__gte=now() - timedelta(days=RETENTION_DAYS))
    rows = retained.order_by("started_at", "public_id").iterator(CONVERSATIONS_AT_ONCE)
    # Some at a time: a shop of many years has more conversations than memory should hold.
    while chunk := list(islice(rows, CONVERSATIONS_AT_ONCE)):
        exchanges: dict[int, list[ExchangeDraft]] = {row.pk: [] for row in chunk}
        for one in Exchange.objects.filter(conversation_id__in=exchanges).order_by("asked_at", "public_id"):
            exchanges[one.conversation_id].append(_exchange_draft(one))
        for row in chunk:
            # One without an exchange is a line too: when its notice was shown is part of what we must be able to prove.
            for start in range(0, max(len(exchanges[row.pk]), 1), most_exchanges):
                yield _conversation_draft(row, exchanges[row.pk][start : start + most_exchanges])


def _conversation_draft(row: Conversation, exchanges: list[ExchangeDraft]) -> ConversationDraft:
    return ConversationDraft(
        conversation=row.public_id,
        language=row.language,
        started_at=row.started_at,
        last_at=row.last_at,
        notice=row.notice,
        notice_at=row.notice_at,
        person_asked_at=row.person_asked_at,
        exchanges=tuple(exchanges),
    )


def _exchange_draft(row: Exchange) -> ExchangeDraft:
    return ExchangeDraft(
        exchange=row.public_id,
        way=MessageKind(row.way),
        language=row.language,
        asked=row.asked,
        asked_at=row.asked_at,
        person_key=row.person_key,
        answered_at=row.answered_at,
        outcome=AnswerOutcome(row.outcome) if row.outcome else None,
        topic=Topic(row.topic) if row.topic else None,
        reply=row.reply,
        entry=row.entry,
        confidence=row.confidence,
        candidates=tuple(
            CandidateSummary(one["entry"], one["question"], float(one["score"])) for one in row.candidates
        ),
        cards=_cards(row),
        scorer=row.scorer,
        milliseconds=row.milliseconds,
        is_inline=row.is_inline,
        is_generated=row.is_generated,
        helpful=row.helpful,
        expect=row.expect,
    )


def find_conversation(public_id: int) -> ConversationSummary | None:
    """Return a conversation of the shop in scope with its exchanges, oldest first, or None."""
    row = Conversation.objects.filter(public_id=public_id).first()
    if row is None:
        return None
    exchanges = Exchange.objects.filter(conversation=row).select_related("conversation").order_by("id")
    return _conversation_summary(row, exchange_summaries(list(exchanges)))


def _conversation_summary(row: Conversation, exchanges: Iterable[ExchangeSummary]) -> ConversationSummary:
    return ConversationSummary(
        conversation=str(row.public_id),
        language=row.language,
        started_at=row.started_at,
        last_at=row.last_at,
        notice=row.notice,
        notice_at=row.notice_at,
        person_asked_at=row.person_asked_at,
        exchanges=tuple(exchanges),
    )
