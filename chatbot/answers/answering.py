"""What a message is answered with: what a worker writes down is what an evaluation measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import translation

from chatbot.answers import replies
from chatbot.answers.engine.confidence import SURE, decide
from chatbot.answers.engine.follow_up import find_follow_up
from chatbot.answers.engine.language import is_foreign
from chatbot.answers.engine.parts import leans, questions_of
from chatbot.answers.engine.topics import CALLS_FOR_PERSON, OF_PERSONS, SMALL_TALK, asks_for_change, asks_where
from chatbot.answers.facts.contact import find_contact_fact
from chatbot.answers.facts.gifts import find_gift_ideas
from chatbot.answers.facts.hours import find_hours_fact
from chatbot.answers.facts.products import find_products
from chatbot.answers.facts.returns import find_return_fact
from chatbot.answers.facts.shipping import find_shipping_fact
from chatbot.answers.facts.tracking import order_fact
from chatbot.answers.facts.types import Asked
from chatbot.answers.knowledge import KnowledgeBase
from chatbot.answers.selectors import count_entries
from chatbot.answers.types import AnswerDecision, AnswerOutcome, Before, Belief, Fact, IndexedEntry, ProductCard, Topic
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

# What a reply may be about that is told together with another: no form, link or person goes with it.
_SAID_TOGETHER = (None, Topic.DELIVERY, Topic.HOURS, Topic.CONTACT, Topic.RETURNS, Topic.PRODUCT, Topic.STOCK)
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
    is_joined: bool = False  # of two answers, or one and what is open

    @property
    def wants_person(self) -> bool:
        """Say whether somebody of the shop should answer."""
        return self.topic in CALLS_FOR_PERSON


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
    decision = decide(known.index, text, _entry_before(before, known), belief)
    parts = questions_of(text, known.index.language) if decision.topic not in (*OF_PERSONS, *SMALL_TALK) else None
    if parts is None:
        return decision
    return replace(decision, parts=tuple((part, decide(known.index, part, None, belief)) for part in parts))


def complete_answer(
    known: KnowledgeBase, decision: AnswerDecision, text: str, language: str, before: TurnBefore | None = None
) -> FoundAnswer:
    """Return what a message is answered with by what the index says and by the shop's data; in the shop's scope."""
    found = _with_facts(_decided(decision, known, language), _asked(text, language, before))
    if not decision.parts or found.topic not in _SAID_TOGETHER:
        return found
    parts = [
        _with_facts(_decided(one, known, language), Asked(text=part, language=language)) for part, one in decision.parts
    ]
    return _joined(found, parts, language)


def _joined(whole: FoundAnswer, parts: Sequence[FoundAnswer], language: str) -> FoundAnswer:
    """Return the replies to both questions of a message, or to one with which is open, else what the whole is told.

    What an answer was taken from is the first's.
    """
    told = [_is_told(part) for part in parts]
    if not any(told):
        return whole
    first, second = parts
    if all(told):
        if first.reply == second.reply:
            return first
        reply = f"{first.reply}\n\n{second.reply}"
        return replace(first, decision=whole.decision, reply=reply, cards=first.cards or second.cards, is_joined=True)
    known = first if told[0] else second
    if whole.reply == known.reply and leans(whole.decision.parts[1][0], language):
        return whole  # the second goes with the first
    with translation.override(language):
        reply = f"{known.reply}\n\n{replies.open_question(is_first=not told[0])}"
    return replace(known, decision=whole.decision, reply=reply, is_joined=True)


def _is_told(part: FoundAnswer) -> bool:
    """Say whether one of two questions has an answer that may stand beside another's."""
    return part.outcome in (AnswerOutcome.ANSWER, AnswerOutcome.FACT) and part.topic in _SAID_TOGETHER


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
    # The names of some goods are in another language.
    is_strange = is_foreign(asked.text) and found.decision.confidence < SURE
    if is_strange and find_products(asked.text, asked.language, found.decision) is None:
        return _not_understood(found, asked.language)
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
        or find_gift_ideas(asked.text, asked.language)
        or find_products(asked.text, asked.language, decision)
    )


def _not_understood(found: FoundAnswer, language: str) -> FoundAnswer:
    """Tell who writes in another language which ones the shop answers in, the conversation's first."""
    languages = sorted(count_entries(), key=lambda one: (one != language, one))
    told = replies.spoken_languages(languages or [language])
    return replace(found, outcome=AnswerOutcome.ESCALATE, topic=None, reply=told, entry=None, confidence=None)


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
