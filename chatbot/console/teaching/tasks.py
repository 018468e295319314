"""Background work of teaching."""

from __future__ import annotations

from datetime import datetime

from chatbot.console.teaching import effects, groups
from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.jobs.timetable import each_slot
from shopconnect.core.jobs.work import work
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.selectors import all_shops


@work(kind=effects.KIND, queue=Queue.SYNC)  # somebody waits for it
def measure_effect(shop_id: ShopId, effect_id: int) -> None:
    """Find what a draft does to the last questions; what was found is left alone."""
    effects.run_effect(shop_id, effect_id)


@work(kind=effects.PREPARATION, queue=Queue.SYNC)  # somebody writes a draft
def prepare_effects(shop_id: ShopId, subject_id: int) -> None:
    """Answer the last questions as published; the subject means nothing."""
    effects.prepare_effects(shop_id)


@work(kind=groups.KIND, queue=Queue.LEARN)
def regroup_questions(shop_id: ShopId, subject_id: int) -> None:
    """Group the questions that nobody answered, and get ready for drafts; the subject means nothing."""
    groups.regroup(shop_id)
    effects.prepare_effects(shop_id)


@each_slot("question_groups", seconds=DAY_SECONDS)
def question_groups(slot: datetime) -> None:
    """Once a day, have each shop's unanswered questions grouped."""
    for shop_id in all_shops():
        groups.ask_groups(shop_id)
