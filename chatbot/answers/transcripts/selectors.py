"""Questions about conversations and their messages. All run in the shop's open scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from chatbot.answers.answering import TurnBefore
from chatbot.answers.models import Conversation, Message
from chatbot.answers.redaction import without_placeholders
from chatbot.answers.selectors import MOST_SEARCHED, sources_of
from chatbot.answers.transcripts.event_sentences import SHOPPERS_EVENTS, shoppers_sentence
from chatbot.answers.transcripts.types import (
    ConversationDraft,
    ConversationSummary,
    ExchangeSummary,
    LogFilter,
    MessageDraft,
    MessageSummary,
)
from chatbot.answers.types import (
    RETENTION_DAYS,
    AnswerOutcome,
    AnswerSource,
    Author,
    CandidateSummary,
    ChatEvent,
    Guess,
    MessageKind,
    ProductCard,
    ReplySummary,
    ShownMessage,
    Topic,
)
from shopconnect.accounts.selectors import first_names_of
from shopconnect.core.clock import now
from shopconnect.core.security.personal_data import Person
from shopconnect.core.words import has_words

CONVERSATIONS_AT_ONCE = 50
SHOWN_AUTHORS = (Author.SHOPPER, Author.BOT, Author.STAFF)

Pair = tuple[Message, Message | None]  # a shopper's message and the reply to it


def read_id(text: str) -> int:
    """Return the public id that a text says, -1 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else -1


def find_pair(token_hash: str, exchange: str) -> Pair | None:
    """Return a shopper's message by its public id, with its reply, only if the conversation's token fits."""
    # By the token as well: the id of a message opens nothing by itself.
    rows = Message.objects.filter(
        public_id=read_id(exchange), author=Author.SHOPPER, conversation__token_hash=token_hash
    )
    row = rows.select_related("conversation").first()
    return with_replies([row])[0] if row else None


def with_replies(rows: Sequence[Message]) -> list[Pair]:
    """Return shoppers' messages, each with the reply to it."""
    replies = {reply.answers_id: reply for reply in Message.objects.filter(answers__in=rows)} if rows else {}
    return [(row, replies.get(row.pk)) for row in rows]


def reply_summary(question: Message, reply: Message) -> ReplySummary:
    """Return what the shopper is told by a reply."""
    source = sources_of([(reply.language, reply.entry)]).get((reply.language, reply.entry))
    return _reply_summary(str(question.public_id), reply, source)


def _reply_summary(exchange: str, reply: Message, source: AnswerSource | None) -> ReplySummary:
    guesses: tuple[Guess, ...] = ()
    if reply.outcome == AnswerOutcome.GUESSES:
        guesses = tuple(Guess(one["id"], one["question"]) for one in reply.candidates[:3])
    return ReplySummary(
        exchange,
        str(reply.public_id),
        AnswerOutcome(reply.outcome),
        reply.text,
        reply.language,
        guesses,
        source,
        cards=_cards(reply),
        is_generated=reply.is_generated,
    )


def _cards(row: Message) -> tuple[ProductCard, ...]:
    return tuple(ProductCard(**card) for card in row.cards)


def shown_messages(conversation: Conversation, after: str, most: int) -> tuple[list[ShownMessage], bool]:
    """Return what a shopper may see of a conversation after one of its messages, oldest first; whether there is more.

    At most `most`; after an id that is none of its messages', all from the first on.
    """
    seen = Message.objects.filter(conversation=conversation, public_id=read_id(after)).values_list("id", flat=True)
    is_shown = Q(author__in=SHOWN_AUTHORS) | Q(author=Author.EVENT, text__in=SHOPPERS_EVENTS)
    rows = Message.objects.filter(is_shown, conversation=conversation, id__gt=seen.first() or 0)
    found = list(rows.select_related("answers").order_by("id")[: most + 1])
    sources = sources_of((row.language, row.entry) for row in found)
    names = first_names_of(row.by_id for row in found if row.author == Author.EVENT and row.by_id)
    shown = [
        _shown_message(row, sources.get((row.language, row.entry)), names, conversation.grade) for row in found[:most]
    ]
    return shown, len(found) > most


def _shown_message(
    row: Message, source: AnswerSource | None, names: Mapping[int, str], grade: int | None
) -> ShownMessage:
    text = row.text
    asks_grade = row.author == Author.EVENT and text == ChatEvent.GRADE_ASKED
    if row.author == Author.EVENT:
        text = shoppers_sentence(ChatEvent(text), names.get(row.by_id or 0, ""), row.language)
    return ShownMessage(
        message=str(row.public_id),
        author=Author(row.author),
        way=MessageKind(row.way) if row.way else None,
        language=row.language,
        text=text,
        at=row.at,
        reply=_reply_summary(str(row.answers.public_id), row, source) if row.answers else None,
        asks_grade=asks_grade,
        grade=grade if asks_grade else None,
    )


def conversations_of(person: Person) -> list[int]:
    """Return the row ids of a person's conversations."""
    # A guest writes without an account: the address that they gave is all that says whose words these are.
    found: set[int] = set()
    if person.person_key:
        rows = Message.objects.filter(person_key=person.person_key)
        found.update(rows.values_list("conversation_id", flat=True))
    if person.customer_external_id:
        theirs = Conversation.objects.filter(customer_external_id=person.customer_external_id)
        found.update(theirs.values_list("id", flat=True))
    return sorted(found)


def find_before(question: Message) -> TurnBefore | None:
    """Return what a message may follow up: the last before it, small talk aside, if it was answered in its language."""
    return find_turns_before([question.pk]).get(question.pk)


def find_turns_before(ids: Sequence[int]) -> dict[int, TurnBefore]:
    """Return by row id what messages may follow up, as `find_before` says of each; in one query."""
    earlier = Message.objects.filter(
        Q(replies__isnull=True)
        | Q(replies__outcome__in=[one for one in AnswerOutcome if one != AnswerOutcome.SMALL_TALK]),
        conversation=OuterRef("conversation"),
        author=Author.SHOPPER,
        pk__lt=OuterRef("pk"),
    )
    said = JSONObject(
        text="text", language="language", outcome="replies__outcome", topic="replies__topic", entry="replies__entry"
    )
    last = Subquery(earlier.order_by("-id").annotate(said=said).values("said")[:1])
    rows = Message.objects.filter(pk__in=ids).annotate(last=last).values_list("id", "language", "last")
    return {
        pk: TurnBefore(without_placeholders(last["text"]), last["topic"], last["entry"])
        for pk, language, last in rows
        if last and last["language"] == language and last["outcome"] in (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
    }


def exchange_summaries(pairs: Sequence[Pair]) -> list[ExchangeSummary]:
    """Return shoppers' messages with their replies as the console shows them; each has its conversation at hand."""
    sources = sources_of((reply.language, reply.entry) for _, reply in pairs if reply)
    return [_exchange_summary(question, reply or Message(), sources) for question, reply in pairs]


def _exchange_summary(
    question: Message, reply: Message, sources: dict[tuple[str, str], AnswerSource]
) -> ExchangeSummary:
    return ExchangeSummary(
        exchange=str(question.public_id),
        conversation=str(question.conversation.public_id),
        way=MessageKind(question.way),
        language=question.language,
        asked=question.text,
        asked_at=question.at,
        answered_at=reply.at,
        outcome=AnswerOutcome(reply.outcome) if reply.outcome else None,
        topic=Topic(reply.topic) if reply.topic else None,
        reply=reply.text,
        entry=reply.entry,
        source=sources.get((reply.language, reply.entry)),
        confidence=reply.confidence,
        candidates=_candidates(reply),
        scorer=reply.scorer,
        milliseconds=reply.milliseconds,
        helpful=reply.helpful,
        cards=_cards(reply),
        expect=reply.expect,
        is_generated=reply.is_generated,
    )


def _candidates(reply: Message) -> tuple[CandidateSummary, ...]:
    return tuple(CandidateSummary(one["entry"], one["question"], float(one["score"])) for one in reply.candidates)


def find_exchange(public_id: int) -> ExchangeSummary | None:
    """Return a shopper's message of the shop in scope by its public id, with the reply to it, or None."""
    rows = Message.objects.filter(public_id=public_id, author=Author.SHOPPER).select_related("conversation")
    return next(iter(exchange_summaries(with_replies(list(rows)))), None)


def _asked() -> QuerySet[Message]:
    """What shoppers said, newest first."""
    rows: QuerySet[Message] = Message.objects.filter(author=Author.SHOPPER)
    return rows.select_related("conversation").order_by("-at", "-id")


def list_exchanges(chosen: LogFilter, start: int, most: int) -> tuple[list[ExchangeSummary], bool]:
    """Return at most `most` exchanges that fit a filter from place `start` on, newest first; whether there are more."""
    rows = _asked()
    if chosen.outcome:
        rows = rows.filter(replies__outcome=chosen.outcome)
    if chosen.language:
        rows = rows.filter(language=chosen.language)
    if chosen.text:
        rows = rows.filter(Q(text__icontains=chosen.text) | Q(replies__text__icontains=chosen.text))
    if chosen.since:
        rows = rows.filter(at__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(at__lt=chosen.until)
    # One more than is shown says whether there is a next page, and costs less than a count.
    found = list(rows[start : start + most + 1])
    return exchange_summaries(with_replies(found[:most])), len(found) > most


def find_exchanges(words: Sequence[str], most: int) -> list[ExchangeSummary]:
    """Return the latest exchanges in which a shopper used each of some folded words, one a conversation.

    The newest few thousand are looked through; older ones are found in the log.
    """
    found: dict[int, Message] = {}
    for row in _asked()[:MOST_SEARCHED].iterator(CONVERSATIONS_AT_ONCE):
        if has_words(words, row.text):
            found.setdefault(row.conversation_id, row)
        if len(found) == most:
            break
    return exchange_summaries(with_replies(list(found.values())))


def last_answer_at() -> datetime | None:
    """Return when the assistant last answered, or None."""
    rows = Message.objects.filter(author=Author.BOT).order_by("-at")
    last: datetime | None = rows.values_list("at", flat=True).first()
    return last


def count_exchanges(since: datetime | None = None) -> dict[str, int]:
    """Return how many of the shoppers' messages ended in each outcome, "" for those that wait."""
    rows = Message.objects.filter(author=Author.SHOPPER)
    counted = (rows.filter(at__gte=since) if since else rows).order_by("replies__outcome").values("replies__outcome")
    return {row["replies__outcome"] or "": row["count"] for row in counted.annotate(count=Count("id"))}


def list_conversations(after_id: int, limit: int) -> list[tuple[int, ConversationSummary]]:
    """Return a page of conversations by row id, each with that id, with all that was said, oldest first."""
    rows = list(Conversation.objects.filter(id__gt=after_id).order_by("id")[:limit])
    return [(row.pk, summary) for row, summary in zip(rows, _conversation_summaries(rows), strict=True)]


def find_conversation(public_id: int) -> ConversationSummary | None:
    """Return a conversation of the shop in scope with all that was said, oldest first, or None."""
    return next(iter(_conversation_summaries(list(Conversation.objects.filter(public_id=public_id)))), None)


def signed_in_as(public_id: int) -> str:
    """Return the platform's id of whoever was signed in during a conversation of the shop in scope, "" for a guest."""
    rows = Conversation.objects.filter(public_id=public_id)
    return rows.values_list("customer_external_id", flat=True).first() or ""


def _conversation_summaries(rows: Sequence[Conversation]) -> list[ConversationSummary]:
    said: dict[int, list[Message]] = {row.pk: [] for row in rows}
    for one in Message.objects.filter(conversation__in=rows).select_related("conversation").order_by("at", "id"):
        said[one.conversation_id].append(one)
    sources = sources_of((one.language, one.entry) for messages in said.values() for one in messages)
    return [_conversation_summary(row, said[row.pk], sources) for row in rows]


def _conversation_summary(
    row: Conversation, messages: Sequence[Message], sources: dict[tuple[str, str], AnswerSource]
) -> ConversationSummary:
    replies = {one.answers_id: one for one in messages if one.answers_id}
    ids = {one.pk: str(one.public_id) for one in messages}
    asked = [one for one in messages if one.author == Author.SHOPPER]
    return ConversationSummary(
        conversation=str(row.public_id),
        language=row.language,
        started_at=row.started_at,
        last_at=row.last_at,
        notice=row.notice,
        notice_at=row.notice_at,
        person_asked_at=row.person_asked_at,
        grade=row.grade,
        exchanges=tuple(_exchange_summary(one, replies.get(one.pk) or Message(), sources) for one in asked),
        messages=tuple(_message_summary(one, ids, sources) for one in messages),
    )


def _message_summary(row: Message, ids: dict[int, str], sources: dict[tuple[str, str], AnswerSource]) -> MessageSummary:
    return MessageSummary(
        message=str(row.public_id),
        author=Author(row.author),
        way=MessageKind(row.way) if row.way else None,
        language=row.language,
        text=row.text,
        at=row.at,
        by_id=row.by_id,
        answers=ids[row.answers_id] if row.answers_id else None,
        outcome=AnswerOutcome(row.outcome) if row.outcome else None,
        topic=Topic(row.topic) if row.topic else None,
        entry=row.entry,
        source=sources.get((row.language, row.entry)),
        confidence=row.confidence,
        cards=_cards(row),
        helpful=row.helpful,
        is_generated=row.is_generated,
    )


def iter_conversations(most_messages: int) -> Iterator[ConversationDraft]:
    """Yield what may be kept of the shop's conversations, by beginning, then id; a long one in parts, one by one."""
    retained = Conversation.objects.filter(last_at__gte=now() - timedelta(days=RETENTION_DAYS))
    rows = retained.order_by("started_at", "public_id").iterator(CONVERSATIONS_AT_ONCE)
    # Some at a time: a shop of many years has more conversations than memory should hold.
    while chunk := list(islice(rows, CONVERSATIONS_AT_ONCE)):
        messages: dict[int, list[MessageDraft]] = {row.pk: [] for row in chunk}
        # A reply after what it replies to, where both are of one moment.
        is_reply = ExpressionWrapper(Q(answers__isnull=False), BooleanField())
        found = Message.objects.filter(conversation_id__in=messages).select_related("answers")
        for one in found.order_by("at", is_reply, "public_id"):
            messages[one.conversation_id].append(_message_draft(one))
        for row in chunk:
            # One without a message is a line too: when its notice was shown is part of what we must be able to prove.
            for start in range(0, max(len(messages[row.pk]), 1), most_messages):
                yield _conversation_draft(row, messages[row.pk][start : start + most_messages])


def _conversation_draft(row: Conversation, messages: Iterable[MessageDraft]) -> ConversationDraft:
    return ConversationDraft(
        conversation=row.public_id,
        language=row.language,
        started_at=row.started_at,
        last_at=row.last_at,
        notice=row.notice,
        notice_at=row.notice_at,
        person_asked_at=row.person_asked_at,
        grade=row.grade,
        customer=row.customer_external_id,
        messages=tuple(messages),
    )


def _message_draft(row: Message) -> MessageDraft:
    return MessageDraft(
        message=row.public_id,
        author=Author(row.author),
        at=row.at,
        language=row.language,
        text=row.text,
        way=MessageKind(row.way) if row.way else None,
        person_key=row.person_key,
        answers=row.answers.public_id if row.answers else None,
        outcome=AnswerOutcome(row.outcome) if row.outcome else None,
        topic=Topic(row.topic) if row.topic else None,
        entry=row.entry,
        confidence=row.confidence,
        candidates=_candidates(row),
        cards=_cards(row),
        scorer=row.scorer,
        milliseconds=row.milliseconds,
        is_inline=row.is_inline,
        is_generated=row.is_generated,
        helpful=row.helpful,
        expect=row.expect,
    )
