"""Background work of the answers room."""

from __future__ import annotations

from datetime import datetime

from chatbot.answers import thresholds
from chatbot.answers.composition import phrases, wording
from chatbot.answers.drafts import trials
from chatbot.answers.services import answer_exchange, erase_old_conversations, index_answers, word_exchange
from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import add_due, work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import all_shops


@work(kind="answer_message", queue=Queue.CHAT)
def answer_message(shop_id: ShopId, exchange_id: int) -> None:
    """Answer one stored message; answered ones are left alone."""
    answer_exchange(shop_id, exchange_id)


@work(kind="index_answers", queue=Queue.SYNC)  # not behind a training: until it is done, a shopper waits
def index_answers_of_shop(shop_id: ShopId, subject_id: int) -> None:
    """Build the index of each language where the FAQ changed; the subject means nothing."""
    index_answers(shop_id)


@work(kind=trials.KIND, queue=Queue.SYNC)
def try_answer(shop_id: ShopId, trial_id: int) -> None:
    """Answer a question that staff try on a draft; an answered one is left alone."""
    trials.run_trial(shop_id, trial_id)


@work(kind=phrases.KIND, queue=Queue.COMPOSE)
def suggest_phrases(shop_id: ShopId, request_id: int) -> None:
    """Ask a language model for phrases of an entry; what is answered is left alone."""
    phrases.run_phrases(shop_id, request_id)


@work(kind=wording.KIND, queue=Queue.COMPOSE)
def word_answer(shop_id: ShopId, exchange_id: int) -> None:
    """Have a language model word an answer; one that was given meanwhile is left alone."""
    word_exchange(shop_id, exchange_id)


@work(kind=thresholds.WORK_KIND, queue=Queue.LEARN)
def calibrate_answers(shop_id: ShopId, subject_id: int) -> None:
    """Measure how confident the assistant may be; the subject means nothing."""
    thresholds.calibrate(shop_id)


@work(kind="erase_old_chats", queue=Queue.SYNC)
def erase_old_chats(shop_id: ShopId, subject_id: int) -> None:
    """Erase what was said longer ago than we may keep it; the subject means nothing."""
    erase_old_conversations(shop_id)


@each_slot("old_chats", seconds=DAY_SECONDS)
def old_chats(slot: datetime) -> None:
    """Once a day, ask each shop's old conversations to be erased."""
    for shop_id in all_shops():
        with shop_scope(shop_id):
            add_due("erase_old_chats", 0)
