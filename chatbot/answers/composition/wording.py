"""Wording an answer: a shopper waits a moment for it, and is told what the entry says wherever anything goes wrong."""

from __future__ import annotations

import time
from datetime import timedelta

from chatbot.answers.composition.checks import checked_wording, may_be_worded
from chatbot.answers.composition.endpoint import ask_model
from chatbot.answers.composition.prompts import wording_rules
from chatbot.answers.composition.services import composition_in_scope, reserve_call
from chatbot.answers.composition.types import CompositionFailure, Evidence
from chatbot.answers.models import Message
from chatbot.answers.redaction import redact
from chatbot.answers.transcripts.messages import held_unanswered, reply_to, unanswered, write_reply
from chatbot.answers.types import AnswerOutcome, MessageKind
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

KIND = "word_answer"
PATIENCE_SECONDS = 5.0  # of a shopper's page, from the question on; then it has the entry's answer written
MODEL_SECONDS = 4.0
# What is decided of a reply before its wording.
DECIDED = ("text", "outcome", "topic", "entry", "confidence", "candidates", "cards", "scorer", "milliseconds")


def asks_for_words(question: Message, reply: Message) -> bool:
    """Have a worker ask for a wording where the shop wants that for what was decided; says whether it does.

    Then the reply stands with the question, column by column, and is not written. Never for anything but an entry's
    answer that passed the threshold and is nothing else's: no fact, request or form goes with it. Run in the shop's
    scope, with the conversation locked.
    """
    status = composition_in_scope()
    if status is None or not status.words_answers or not status.left:
        return False
    is_plain_answer = reply.outcome == AnswerOutcome.ANSWER and not reply.topic and not reply.cards
    if not is_plain_answer or question.way != MessageKind.WRITTEN or not may_be_worded(reply.text):
        return False
    question.decided = {name: getattr(reply, name) for name in DECIDED}
    question.save(update_fields=["decided"])
    add_due(KIND, question.pk)
    return True


def write_words(shop_id: ShopId, question_id: int) -> None:
    """Write the reply to a message that waits for its wording: worded where that holds, else what the entry says.

    Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        waiting = unanswered(question_id)
        if waiting is None or waiting.decided is None:
            return
        is_late = waiting.at < now() - timedelta(seconds=PATIENCE_SECONDS)
        may_ask = not is_late and reserve_call()
    text = _worded(shop_id, waiting) if may_ask else None
    with shop_scope(shop_id):
        question = held_unanswered(waiting)
        if question is None or question.decided is None:
            return
        reply = reply_to(question, **question.decided)
        if text is not None:
            reply.text, reply.is_generated = text, True
        reply.milliseconds = (reply.milliseconds or 0.0) + (time.perf_counter() - started) * 1000
        write_reply(question, reply)


def _worded(shop_id: ShopId, question: Message) -> str | None:
    """What the model makes of an entry's answer, None where it gives nothing that holds."""
    decided = question.decided or {}
    evidence = [Evidence(redact(decided["candidates"][0]["question"]).text, decided["text"])]
    asked = {
        "question": question.text,  # redacted before it was stored
        "entries": [{"id": 1, "question": evidence[0].question, "answer": evidence[0].answer}],
    }
    try:
        proposed = ask_model(wording_rules(question.language), asked, "answer", MODEL_SECONDS)
    except CompositionFailure as failure:
        log.warning("composition_failed", shop_id=shop_id, use=KIND, reason=str(failure))
        return None
    text = checked_wording(proposed, evidence, question.language)
    if text is None:
        log.warning("composition_refused", shop_id=shop_id, use=KIND)
    return text
