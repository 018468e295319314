"""Questions that nobody answered, grouped by likeness: found nightly and after publishing, worked through by staff."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from chatbot.answers.answering import decide_on
from chatbot.answers.engine.groups import group_questions
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.transcripts.asked import AskedQuestion, find_asked, unanswered_questions
from chatbot.answers.types import AnswerOutcome, Belief
from chatbot.console.teaching.meanings import remembered_encoder
from chatbot.console.teaching.models import QuestionGroup
from chatbot.console.teaching.types import GroupState, GroupSummary
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note

KIND = "group_questions"
MOST_QUESTIONS = 5_000  # the latest
MOST_GROUPS = 100
SAMPLES = 4


def ask_groups(shop_id: ShopId) -> None:
    """Have the questions of a shop grouped anew. Opens the scope."""
    with shop_scope(shop_id):
        add_due(KIND, 0)


def regroup(shop_id: ShopId) -> None:
    """Group the questions that nobody answered, and see which of them the FAQ answers by now.

    Groups of before go on around the same questions, and what staff dismissed stays so. Safe to run twice. Opens its
    own scopes.
    """
    with shop_scope(shop_id):
        asked, belief = unanswered_questions(MOST_QUESTIONS), belief_in_scope()
    for language in LANGUAGES:
        _regroup(shop_id, language, [one for one in asked if one.language == language], belief)


def _regroup(shop_id: ShopId, language: str, asked: Sequence[AskedQuestion], belief: Belief) -> None:
    by_id = {one.exchange: one for one in asked}
    with shop_scope(shop_id):
        version = version_in_scope(language)
        before = list(QuestionGroup.objects.filter(language=language).order_by("id"))
    # A group whose first question was erased goes on around the next.
    led = {next((one for one in row.members if one in by_id), 0): row for row in before}
    first = [by_id[leader] for leader in led if leader]
    ordered = [*first, *(one for one in asked if one.exchange not in led)]
    encoder = remembered_encoder(shop_id, language, "unanswered", [one.text for one in ordered])
    places = group_questions([one.text for one in ordered], language, encoder, leaders=len(first))
    members: dict[int, list[int]] = {}
    for one, place in zip(ordered, places, strict=True):
        members.setdefault(ordered[place].exchange, []).append(one.exchange)
    known = find_knowledge(shop_id, language, version)
    answered = {
        leader for leader in members if decide_on(known, by_id[leader].text, belief).outcome == AnswerOutcome.ANSWER
    }
    with shop_scope(shop_id):
        _write(language, members, answered, led)


def _write(language: str, members: dict[int, list[int]], answered: set[int], led: dict[int, QuestionGroup]) -> None:
    """Keep the groups; one without a question left goes."""
    stay = [row.pk for leader, row in led.items() if leader]
    QuestionGroup.objects.filter(language=language).exclude(pk__in=stay).exclude(leader__in=members).delete()
    for leader, exchanges in members.items():
        by_faq = GroupState.ANSWERED if leader in answered else GroupState.OPEN
        written = {"leader": leader, "members": exchanges, "size": len(exchanges)}
        row = led.get(leader)
        if row is None:
            begun = {**written, "language": language, "state": by_faq, "at": now()}
            row, _made = QuestionGroup.objects.get_or_create(leader=leader, defaults=begun)
        rows = QuestionGroup.objects.filter(pk=row.pk)
        rows.update(**written)
        # Read again, not from before: staff may have dismissed it meanwhile.
        rows.exclude(state__in=[by_faq, GroupState.DISMISSED]).update(state=by_faq, at=now(), by_id=None)


def list_groups(shop_id: ShopId, state: GroupState) -> tuple[list[GroupSummary], dict[GroupState, int]]:
    """Return the groups of a state, the largest first, MOST_GROUPS at most; and how many each state has.

    Opens the scope.
    """
    with shop_scope(shop_id):
        rows = list(QuestionGroup.objects.filter(state=state).order_by("-size", "id")[:MOST_GROUPS])
        # Some more than are shown: what was erased since is left out.
        found = find_asked(one for row in rows for one in row.members[: 2 * SAMPLES])
        counts = {one: QuestionGroup.objects.filter(state=one).count() for one in GroupState}
    summaries = [
        GroupSummary(
            group=row.public_id,
            language=row.language,
            size=row.size,
            state=GroupState(row.state),
            samples=tuple(found[one] for one in row.members[: 2 * SAMPLES] if one in found)[:SAMPLES],
        )
        for row in rows
    ]
    return [one for one in summaries if one.samples], counts


def change_state(shop_id: ShopId, user_id: int, group: int, state: GroupState) -> None:
    """Dismiss a group, or open it again. Raises Missing where the shop has none such. Opens the scope."""
    with shop_scope(shop_id):
        changed = QuestionGroup.objects.filter(public_id=group).update(state=state, by_id=user_id, at=now())
        if not changed:
            raise Missing(_("These questions no longer exist."))
        note(user_id, "dismissed_questions" if state == GroupState.DISMISSED else "reopened_questions")
