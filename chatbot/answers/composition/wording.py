"""Wording an answer: a shopper waits a moment for it, and is told what the entry says wherever anything goes wrong."""

from __future__ import annotations

import time
from datetime import timedelta

from chatbot.answers.composition.checks import checked_wording, may_be_worded
from chatbot.answers.composition.endpoint import ask_model
from chatbot.answers.composition.prompts import wording_rules
from chatbot.answers.composition.services import composition_in_scope, reserve_call
from chatbot.answers.composition.types import CompositionFailure, Evidence
from chatbot.answers.models import Exchange
from chatbot.answers.redaction import redact
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


def asks_for_words(row: Exchange) -> bool:
    """Have a worker ask for a wording where the shop wants that for what was decided; says whether it does.

    Never for anything but an entry's answer that passed the threshold and is nothing else's: no fact, request or form
    goes with it. Run in the shop's scope, with the exchange locked and about to be saved.
    """
    status = composition_in_scope()
    if status is None or not status.words_answers or not status.left:
        return False
    is_plain_answer = row.outcome == AnswerOutcome.ANSWER and not row.topic and not row.cards
    if not is_plain_answer or row.way != MessageKind.WRITTEN or not may_be_worded(row.reply):
        return False
    add_due(KIND, row.pk)
    return True


def is_being_worded(row: Exchange) -> bool:
    """Say whether what an exchange is answered with is decided, and waits for its wording."""
    return row.answered_at is None and bool(row.entry)


def find_words(shop_id: ShopId, exchange_id: int) -> Exchange | None:
    """Write the reply of an exchange that waits for its wording: worded where that holds, else what the entry says.

    Returns the row that it wrote, None where somebody was faster. Opens its own scopes.
    """
    started = time.perf_counter()
    with shop_scope(shop_id):
        row = Exchange.objects.filter(pk=exchange_id, answered_at=None).exclude(entry="").first()
        if row is None:
            return None
        is_late = row.asked_at < now() - timedelta(seconds=PATIENCE_SECONDS)
        may_ask = not is_late and reserve_call()
    text = _worded(shop_id, row) if may_ask else None
    with shop_scope(shop_id):
        held: Exchange | None = (
            Exchange.objects.select_for_update().filter(pk=exchange_id, answered_at=None).exclude(entry="").first()
        )
        if held is None:
            return None
        if text is not None:
            held.reply, held.is_generated = text, True
        held.outcome, held.answered_at = AnswerOutcome.ANSWER, now()
        held.milliseconds = (held.milliseconds or 0.0) + (time.perf_counter() - started) * 1000
        held.save()
        return held


def _worded(shop_id: ShopId, row: Exchange) -> str | None:
    """What the model makes of an entry's answer, None where it gives nothing that holds."""
    evidence = [Evidence(redact(row.candidates[0]["question"]).text, row.reply)]
    question = {
        "question": row.asked,  # redacted before it was stored
        "entries": [{"id": 1, "question": evidence[0].question, "answer": evidence[0].answer}],
    }
    try:
        proposed = ask_model(wording_rules(row.language), question, "answer", MODEL_SECONDS)
    except CompositionFailure as failure:
        log.warning("composition_failed", shop_id=shop_id, use=KIND, reason=str(failure))
        return None
    text = checked_wording(proposed, evidence, row.language)
    if text is None:
        log.warning("composition_refused", shop_id=shop_id, use=KIND)
    return text
