"""What a message is answered with: what a worker writes down is what an evaluation measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import translation

from chatbot.answers import replies
from chatbot.answers.engine.confidence import decide
from chatbot.answers.engine.follow_up import find_follow_up
from chatbot.answers.engine.topics import OF_PERSONS, SMALL_TALK, asks_for_change, asks_where
from chatbot.answers.facts.contact import find_contact_fact
from chatbot.answers.facts.hours import find_hours_fact
from chatbot.answers.facts.products import find_products
from chatbot.answers.facts.returns import find_return_fact
from chatbot.answers.facts.shipping import find_shipping_fact
from chatbot.answers.facts.tracking import order_fact
from chatbot.answers.facts.types import Asked
from chatbot.answers.knowledge import KnowledgeBase
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Before, Belief, Fact, IndexedEntry, ProductCard, Topic
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

FEW_WORDS = 3  # a message of so many may leave out all but a day or a country


@dataclass(frozen=True, slots=True)
class TurnBefore:
    """The exchange before a message: its words, what it was about, and the entry it was answered with, "" for none."""

    asked: str
    topic: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnswer:
    """What a shopper is told; `decision` is what the scorer said, and `entry` is whose words the reply has, if any.

    `confidence` is None where nothing rests on it; `wants_person` says that somebody of the shop should answer.
    """

    decision: AnswerDecision
    outcome: AnswerOutcome
    topic: Topic | None
    reply: str
    entry: IndexedEntry | None
    confidence: float | None
    cards: tuple[ProductCard, ...] = ()

    @property
    def wants_person(self) -> bool:
        """Say whether somebody of the shop should answer."""
        return self.topic in (*OF_PERSONS, Topic.CHANGE)


def find_answer(
    shop_id: ShopId, known: KnowledgeBase, text: str, language: str, belief: Belief, before: TurnBefore | None = None
) -> FoundAnswer:
    """Return what answers a message, without placeholders, of a shop: an entry, what the shop's data tell, or a person.

    The index is asked outside any transaction; then a scope is opened to read the shop's data. Writes nothing.
    """
    decision = decide_on(known, text, belief, before)
    with shop_scope(shop_id):
        return complete_answer(known, decision, text, language, before)


def decide_on(known: KnowledgeBase, text: str, belief: Belief, before: TurnBefore | None = None) -> AnswerDecision:
    """Return what the index says of a message; outside any transaction."""
    return decide(known.index, text, _entry_before(before, known), belief)


def complete_answer(
    known: KnowledgeBase, decision: AnswerDecision, text: str, language: str, before: TurnBefore | None = None
) -> FoundAnswer:
    """Return what a message is answered with by what the index says and by the shop's data; in the shop's scope."""
    return _with_facts(_decided(decision, known, language), _asked(text, language, before))


def _entry_before(before: TurnBefore | None, known: KnowledgeBase) -> Before | None:
    """What a message may follow up, where its entry still answers."""
    if before is None or not before.entry:
        return None
    places = (place for place, entry in enumerate(known.entries) if entry.external_id == before.entry)
    place = next(places, None)
    return None if place is None else Before(before.asked, known.entries[place].question, place)


def may_follow_up(text: str, language: str) -> bool:
    """Say whether a message may leave something to the one before it."""
    return find_follow_up(text, language) is not None or len(text.split()) <= FEW_WORDS


def _asked(text: str, language: str, before: TurnBefore | None) -> Asked:
    if before is None or not may_follow_up(text, language):
        return Asked(text=text, language=language)
    return Asked(text=text, language=language, before=before.asked, topic_before=before.topic)


def _decided(decision: AnswerDecision, known: KnowledgeBase, language: str) -> FoundAnswer:
    is_answered = decision.outcome == AnswerOutcome.ANSWER
    entry = known.entries[decision.candidates[0].position] if is_answered else None
    # The shopper's language, and not that of the worker or of whoever looks at a page just now.
    with translation.override(language):
        reply = replies.reply_text(decision.outcome, decision.topic, entry.answer if entry else "")
    # Small talk is no question, so nothing is more or less sure about it.
    confidence = None if decision.outcome == AnswerOutcome.SMALL_TALK else decision.confidence
    return FoundAnswer(
        decision=decision,
        outcome=decision.outcome,
        topic=decision.topic,
        reply=reply,
        entry=entry,
        confidence=confidence,
    )


def _with_facts(found: FoundAnswer, asked: Asked) -> FoundAnswer:
    """Put what the shop's data tell in the place of what an entry would have said; staff see that entry's trace."""
    if found.topic in (*OF_PERSONS, *SMALL_TALK):
        return found
    if asks_for_change(asked.text, asked.language):
        return _requested(found, asked.language)
    is_answered = found.entry is not None
    if asks_where(asked.text, asked.language):
        # By the topic the form goes along, with an entry's answer too.
        found = replace(found, topic=Topic.ORDER)
        fact = None if is_answered else order_fact(asked.language)
    else:
        fact = _fact(found.decision, asked)
    if fact is None:
        return found
    if is_answered and fact.topic in (Topic.RETURNS, Topic.WITHDRAWAL):
        return replace(found, topic=fact.topic)  # what an entry says of it stays, with the link that the law asks for
    return replace(
        found,
        outcome=AnswerOutcome.FACT,
        topic=fact.topic,
        reply=fact.text,
        entry=None,
        confidence=None,
        cards=fact.cards,
    )


def _fact(decision: AnswerDecision, asked: Asked) -> Fact | None:
    """What the shop has set comes before its catalogue, whose words may be in any message."""
    return (
        find_return_fact(asked.text, asked.language)
        or find_shipping_fact(asked)
        or find_hours_fact(asked)
        or find_contact_fact(asked)
        or find_products(asked.text, asked.language, decision)
    )


def _requested(found: FoundAnswer, language: str) -> FoundAnswer:
    """Have somebody of the shop cancel or change an order; what an entry says of that stays before it."""
    with translation.override(language):
        passed_on = replies.reply_text(AnswerOutcome.ESCALATE, Topic.CHANGE, "")
    answer = found.reply if found.entry else ""
    return replace(
        found,
        outcome=AnswerOutcome.ANSWER if answer else AnswerOutcome.ESCALATE,
        topic=Topic.CHANGE,
        reply="\n\n".join(filter(None, [answer, passed_on])),
    )
