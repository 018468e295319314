"""What home shows of the assistant: its last answer, the first answers to write, and what was passed to the team."""

from datetime import timedelta

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.selectors import count_questions
from chatbot.answers.transcripts.selectors import count_exchanges, last_answer_at
from chatbot.answers.types import AnswerOutcome
from shopconnect.core.clock import now
from shopconnect.ui.next_steps import NextStep
from shopconnect.ui.shop_times import ShopTime

RECENT = timedelta(days=28)


def last_answer() -> ShopTime:
    """Return when the assistant of the shop in scope last answered."""
    return ShopTime(at=last_answer_at())


def first_answers_step() -> NextStep:
    """Return the step of writing answers, done once the shop in scope has one."""
    return NextStep(
        title=_("Write your first answers"),
        done=count_questions() > 0,
        url=reverse("answers:answers"),
        explanation=_("Start with the ten questions your shoppers ask most."),
    )


def passed_questions_step() -> NextStep | None:
    """Return the step of reading what the assistant of the shop in scope lately could not answer, None for nothing."""
    passed = count_exchanges(now() - RECENT).get(AnswerOutcome.ESCALATE, 0)
    if not passed:
        return None
    title = ngettext(
        "%(shown)s question was passed to your team", "%(shown)s questions were passed to your team", passed
    )
    return NextStep(
        title=title % {"shown": number_format(passed, force_grouping=True)},
        done=False,
        url=f"{reverse('console:log')}?outcome={AnswerOutcome.ESCALATE}",
        explanation=_("Questions from the last 28 days show what your FAQ doesn’t cover yet."),
        action=_("Read the questions"),
        recurs=True,
    )
