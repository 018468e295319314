"""How long staff wait for the effect of a draft on the last questions, before it is published."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice

from chatbot.answers.drafts.selectors import edited_answer
from chatbot.answers.drafts.services import save_draft
from chatbot.answers.faq import store_entries
from chatbot.answers.selectors import iter_entries, iter_test_questions
from chatbot.answers.services import index_answers
from chatbot.answers.transcripts.chats import store_conversations
from chatbot.answers.transcripts.types import ConversationDraft, MessageDraft
from chatbot.answers.types import Author, MessageKind
from chatbot.console.teaching.effects import KIND, PREPARATION, QUESTIONS, ask_effect, ask_preparation
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.security.crypto import random_public_id
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.measure.bench.throwaway import throwaway_shop
from shopconnect.measure.bench.types import Figures, NothingToMeasure, Tell


def measure_effect_times(shop_id: ShopId, tell: Tell) -> Figures:
    """Return the seconds that the effect of a draft takes, of the processor and on the clock, cold and prepared.

    In a throwaway shop with the FAQ of a shop in one language, asked its test questions, else what its FAQ asks itself,
    until there are as many as an effect looks at, each with a number of its own. Cold: nothing is known of any of them
    yet. Raises NothingToMeasure for a shop without FAQ.
    """
    with shop_scope(shop_id):
        entries, asked = list(iter_entries()), list(iter_test_questions())
    if not entries:
        raise NothingToMeasure("The shop has no FAQ, so there is nothing to ask.")
    language = entries[0].language
    own = [one for one in entries if one.language == language]
    texts = [one.text for one in asked if one.language == language] or [one.question for one in own]
    tell(f"The effect of a draft on {QUESTIONS:,} questions, cold and prepared")
    with throwaway_shop() as copy:
        with shop_scope(copy):
            store_entries(entries)
            store_conversations(_conversations(texts, language))
        index_answers(copy)
        cold = _spent(copy, KIND, lambda: _ask(copy, own[0].external_id, language, texts[0]))
        ask_preparation(copy)
        run_due(copy, PREPARATION)
        prepared = _spent(copy, KIND, lambda: _ask(copy, own[-1].external_id, language, texts[-1]))
    names = ("effect_cold", "effect_cold_cpu", "effect_prepared", "effect_prepared_cpu")
    return dict(zip(names, (*cold, *prepared), strict=True))


def _conversations(texts: Sequence[str], language: str) -> list[ConversationDraft]:
    """A conversation for each question, a minute after the other."""
    asked = [f"{text} ({number})" for number, text in enumerate(islice(cycle(texts), QUESTIONS))]
    return [_conversation(text, language, QUESTIONS - place) for place, text in enumerate(asked)]


def _conversation(text: str, language: str, minutes: int) -> ConversationDraft:
    at = now() - timedelta(minutes=minutes)
    said = MessageDraft(
        message=random_public_id(), author=Author.SHOPPER, at=at, language=language, text=text, way=MessageKind.WRITTEN
    )
    return ConversationDraft(
        conversation=random_public_id(),
        language=language,
        started_at=at,
        last_at=at,
        notice="bench",
        notice_at=at,
        messages=(said,),
    )


def _ask(shop_id: ShopId, entry: str, language: str, phrase: str) -> None:
    """Write one more phrase of an entry, and ask for its effect."""
    with shop_scope(shop_id):
        edited = edited_answer(entry)
    own = edited.texts[language]
    written = {**edited.texts, language: replace(own, phrases=(*own.phrases, phrase))}
    save_draft(shop_id, 0, entry, written, edited.etag)
    ask_effect(shop_id, entry)


def _spent(shop_id: ShopId, kind: str, ask: Callable[[], None]) -> tuple[float, float]:
    """Ask for something and run it here; returns the seconds on the clock and of the processor."""
    ask()
    clock, cpu = time.perf_counter(), time.process_time()
    run_due(shop_id, kind)
    return time.perf_counter() - clock, time.process_time() - cpu
