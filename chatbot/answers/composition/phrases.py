"""Phrases for an entry: asked for in the editor, proposed by a language model, and the merchant's to take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from chatbot.answers.composition.checks import MOST_PHRASES, fit_phrases
from chatbot.answers.composition.endpoint import ask_model
from chatbot.answers.composition.prompts import phrase_rules
from chatbot.answers.composition.services import composition_in_scope, reserve_call
from chatbot.answers.composition.types import CompositionFailure, SuggestedPhrases, SuggestionFailure
from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.models import PhraseRequest
from chatbot.answers.redaction import redact
from chatbot.answers.types import EntrySummary
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

KIND = "suggest_phrases"
SECONDS = 20.0
# For so long a second click asks for nothing: the first one's answer is on its way.
UNDER_WAY = timedelta(minutes=2)
MOST_KNOWN = 30


def ask_phrases(shop_id: ShopId, entry: str, language: str) -> None:
    """Have a worker ask the model for phrases of an entry as it is being written. Opens the scope.

    Raises Refusal where that is not allowed, the month's calls are used up, or no question is written yet.
    """
    with shop_scope(shop_id):
        status = composition_in_scope()
        if status is None or not status.is_allowed:
            raise Refusal("not_allowed", _("Allow the language model first."))
        if not status.left:
            raise Refusal("cap", _("This month’s calls to the language model are used up."))
        text = edited_answer(entry).texts.get(language)
        if text is None or not text.question.strip():
            raise Refusal("bad_answer", _("Write the question first."), 400)
        rows = PhraseRequest.objects.filter(entry=entry, language=language)
        if rows.filter(found__isnull=True, asked_at__gt=now() - UNDER_WAY).exists():
            return
        asked = {"asked_at": now(), "region": status.model.region, "found": None}
        row, _made = PhraseRequest.objects.update_or_create(entry=entry, language=language, defaults=asked)
        add_due(KIND, row.pk)


def run_phrases(shop_id: ShopId, request_id: int) -> None:
    """Ask for phrases and keep those that hold; what is answered is left alone. Opens its own scopes."""
    with shop_scope(shop_id):
        row = PhraseRequest.objects.filter(pk=request_id, found__isnull=True).first()
        if row is None:
            return
        text = edited_answer(row.entry).texts.get(row.language)
        may_ask = text is not None and reserve_call()
    found = _suggested(shop_id, text) if text is not None and may_ask else {"failure": SuggestionFailure.CAP}
    with shop_scope(shop_id):
        # Whoever asked again meanwhile is not answered with this.
        PhraseRequest.objects.filter(pk=request_id, asked_at=row.asked_at).update(found=found)


def suggested_phrases(entry: str, texts: Mapping[str, EntrySummary]) -> dict[str, SuggestedPhrases]:
    """Return what was suggested for an entry by language, without what its texts hold. Run in the shop's scope."""
    return {
        row.language: _suggestion(row, texts.get(row.language)) for row in PhraseRequest.objects.filter(entry=entry)
    }


def _suggested(shop_id: ShopId, text: EntrySummary) -> dict[str, Any]:
    known = [text.question, *text.phrases]
    # What redaction takes out stays here, and so does what is longer than a shopper's message.
    asked, answer = redact(text.question).text, redact(text.answer).text
    phrases = [redact(one).text for one in text.phrases[:MOST_KNOWN]]
    question = {"question": asked, "answer": answer, "known_phrases": phrases}
    try:
        proposed = ask_model(phrase_rules(text.language, MOST_PHRASES), question, "phrases", SECONDS)
    except CompositionFailure as failure:
        log.warning("composition_failed", shop_id=shop_id, use=KIND, reason=str(failure))
        return {"failure": SuggestionFailure.MODEL}
    return {"phrases": fit_phrases(proposed, known, "\n".join([asked, answer, *phrases]), text.language)}


def _suggestion(row: PhraseRequest, text: EntrySummary | None) -> SuggestedPhrases:
    found = row.found
    if found is None or "failure" in found:
        failure = SuggestionFailure(found["failure"]) if found else None
        return SuggestedPhrases(row.language, row.region, () if found else None, failure)
    taken = {text.question, *text.phrases} if text else set()
    left = tuple(one for one in found["phrases"] if one not in taken)
    return SuggestedPhrases(row.language, row.region, left, None)
