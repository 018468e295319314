"""Gives the invented shop its conversations: asked of its own assistant, answered by its own team."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time as hour

from chatbot.answers.answering import FoundAnswer, find_answer
from chatbot.answers.engine.confidence import scorer
from chatbot.answers.engine.encoders.remembered import RememberedEncoder
from chatbot.answers.facts.hours import opening_hours, save_opening_hours
from chatbot.answers.facts.types import OpeningHours
from chatbot.answers.knowledge import KnowledgeBase, find_knowledge, version_in_scope
from chatbot.answers.selectors import count_entries, iter_entries
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.transcripts.chats import store_conversations
from chatbot.answers.transcripts.search import conversation_row_ids
from chatbot.answers.transcripts.types import MessageDraft
from chatbot.answers.types import Author, CandidateSummary
from chatbot.console.inbox.services import reply_to_shopper, snooze_conversation
from chatbot.console.inbox.ticket_rows import store_tickets
from chatbot.console.teaching.groups import follow_questions
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.conversations.drawing import draw_talks
from shopconnect.demo.conversations.staging import Assistant, AssistantReply, StagedTalk, name_of, polite_words, stage
from shopconnect.demo.conversations.types import Agent, InventedTalk, Scene
from shopconnect.orders.selectors import list_customers
from shopconnect.shops.selectors import is_demo, shop_profile

KIND = "demo_talks"
WORKSHOP_DAY = ((hour(10), hour(19)),)  # as the invented FAQ says, Monday to Saturday
SIGNED_IN_EVERY = 3  # of so many conversations one is of somebody who is signed in


def ask_conversations(shop_id: ShopId) -> None:
    """Have a worker give the invented shop its conversations. Opens the scope."""
    with shop_scope(shop_id):
        add_due(KIND, 0)


def make_conversations(shop_id: ShopId, agents: Sequence[Agent]) -> int:
    """Give the invented shop its conversations, once; returns how many.

    The shop's own assistant answers, outside any transaction; then all is written in one. A shop that has them, that
    is not invented, that answers nothing or where nobody works gets none. Safe to run twice. Opens its own scopes.
    """
    if not agents or not is_demo(shop_id):
        return 0
    with shop_scope(shop_id):
        talks = draw_talks(now(), shop_profile().timezone)
        languages = count_entries()
        if not opening_hours().days:
            save_opening_hours(OpeningHours((*([WORKSHOP_DAY] * 6), ())))
        talks = [talk for talk in talks if talk.language in languages]
        if _has(talks, agents):
            return 0
    assistant = _ask_assistant(shop_id, talks)
    with shop_scope(shop_id):
        return _write(shop_id, talks, assistant, agents)


def _write(shop_id: ShopId, talks: Sequence[InventedTalk], assistant: Assistant, agents: Sequence[Agent]) -> int:
    if _has(talks, agents):  # by somebody who asked at the same time
        return 0
    customers = {language: _customers(language) for language in {talk.language for talk in talks}}
    staged = [stage(talk, assistant, agents, _customer(talk, customers[talk.language])) for talk in talks]
    store_conversations([one.conversation for one in staged])
    store_tickets([one.ticket for one in staged if one.ticket])
    for one in staged:
        _go_on(shop_id, one)
    follow_questions(shop_id)
    return len(staged)


def _has(talks: Sequence[InventedTalk], agents: Sequence[Agent]) -> bool:
    return bool(conversation_row_ids(name_of(talk, agents) for talk in talks[:1]))


def _go_on(shop_id: ShopId, staged: StagedTalk) -> None:
    """Have an agent answer in a conversation that lasts, as they would."""
    talk, who = staged.conversation.conversation, staged.agent.user_id
    if staged.scene in (Scene.TAKEN, Scene.SNOOZED):
        reply_to_shopper(shop_id, who, talk, staged.answer)
    if staged.scene == Scene.SNOOZED:
        snooze_conversation(shop_id, who, talk, "day")


def _customers(language: str) -> list[str]:
    return [one.external_id for one in list_customers() if one.language in ("", language)]


def _customer(talk: InventedTalk, customers: Sequence[str]) -> str:
    is_signed_in = customers and talk.seed % SIGNED_IN_EVERY == 0
    return customers[talk.seed % len(customers)] if is_signed_in else ""


def _ask_assistant(shop_id: ShopId, talks: Sequence[InventedTalk]) -> Assistant:
    """Return what the shop's assistant says to everything that its shoppers ask in these conversations."""
    said: dict[tuple[str, str], AssistantReply] = {}
    for language in {talk.language for talk in talks}:
        texts = {one.text for talk in talks if talk.language == language for one in talk.questions}
        said |= _replies(shop_id, language, sorted(texts | set(polite_words(language))))
    with shop_scope(shop_id):
        entries = {(one.language, one.external_id): one for one in iter_entries()}
    return Assistant(said, entries)


def _replies(shop_id: ShopId, language: str, texts: Iterable[str]) -> dict[tuple[str, str], AssistantReply]:
    with shop_scope(shop_id):
        version, belief = version_in_scope(language), belief_in_scope()
    known = _at_once(find_knowledge(shop_id, language, version), list(texts))
    said = {}
    for text in texts:
        started = time.perf_counter()
        found = find_answer(shop_id, known, text, language, belief)
        milliseconds = (time.perf_counter() - started) * 1_000
        said[language, text] = AssistantReply(_draft(found, known, language, milliseconds), found.wants_person)
    return said


def _at_once(known: KnowledgeBase, texts: Sequence[str]) -> KnowledgeBase:
    """The same index, with the meaning of all texts found together, which takes a third of the time."""
    if known.index.encoder is None:
        return known
    encoder = RememberedEncoder(known.index.encoder)
    encoder.learn(texts)
    return replace(known, index=replace(known.index, encoder=encoder))


def _draft(found: FoundAnswer, known: KnowledgeBase, language: str, milliseconds: float) -> MessageDraft:
    considered = [(known.entries[one.position], one.score) for one in found.decision.candidates]
    return MessageDraft(
        message=0,
        author=Author.BOT,
        at=now(),
        language=language,
        text=found.reply,
        outcome=found.outcome,
        topic=found.topic,
        entry=found.entry.external_id if found.entry else "",
        confidence=found.confidence,
        candidates=tuple(CandidateSummary(entry.external_id, entry.question, score) for entry, score in considered),
        cards=found.cards,
        scorer=scorer(known.index.encoder),
        milliseconds=milliseconds,
        is_inline=True,
    )
