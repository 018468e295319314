"""Questions that nobody answered, grouped by likeness: found nightly and after publishing, worked through by staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from chatbot.answers.answering import decide_on
from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.engine.groups import group_questions, read_topics
from chatbot.answers.knowledge import find_knowledge, version_in_scope
from chatbot.answers.selectors import entries_to_index
from chatbot.answers.thresholds import belief_in_scope
from chatbot.answers.transcripts.asked import AskedQuestion, find_asked, unanswered_questions
from chatbot.answers.types import AnswerOutcome, Belief, EntrySummary
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
        follow_questions(shop_id)


def follow_questions(_shop_id: ShopId) -> None:
    """Have the questions of the shop in scope grouped anew: many were added at once."""
    add_due(KIND, 0)


def regroup(shop_id: ShopId) -> None:
    """Group the questions that nobody answered, and see which of them the FAQ answers by now.

    A group of before goes on where most of its questions are, and what staff dismissed stays so. Safe to run twice.
    Opens its own scopes.
    """
    with shop_scope(shop_id):
        asked, belief = unanswered_questions(MOST_QUESTIONS), belief_in_scope()
    for language in LANGUAGES:
        _regroup(shop_id, language, [one for one in asked if one.language == language], belief)


def _regroup(shop_id: ShopId, language: str, asked: Sequence[AskedQuestion], belief: Belief) -> None:
    with shop_scope(shop_id):
        version, entries = version_in_scope(language), [entry for _, entry in entries_to_index(language)]
        before = list(QuestionGroup.objects.filter(language=language).order_by("id"))
    numbers = _group_numbers(shop_id, language, asked, entries) if asked else []
    groups: dict[int, list[int]] = {}
    for one, number in zip(asked, numbers, strict=True):
        groups.setdefault(number, []).append(one.exchange)
    led = _led(groups.values(), before)
    texts, known = {one.exchange: one.text for one in asked}, find_knowledge(shop_id, language, version)
    answered = {
        members[0] for members, _ in led if decide_on(known, texts[members[0]], belief).outcome == AnswerOutcome.ANSWER
    }
    with shop_scope(shop_id):
        _write(language, led, answered)


def _group_numbers(
    shop_id: ShopId, language: str, asked: Sequence[AskedQuestion], entries: Sequence[EntrySummary]
) -> list[int]:
    held = [*entries, *(one for one in starter_entries() if one.language == language)]
    texts = [one.text for one in asked]
    phrases = [text for one in held for text in (one.question, *one.phrases)]
    encoder = remembered_encoder(shop_id, language, "unanswered", [*texts, *phrases])
    return group_questions(texts, read_topics(held, language, encoder))


def _led(groups: Iterable[list[int]], before: Sequence[QuestionGroup]) -> list[tuple[list[int], QuestionGroup | None]]:
    """Each group, its leader first, with the one of before that goes on in it.

    Of those of before it is the one with most questions there; what staff decided comes first where two have as many.
    """
    row_of = {exchange: row for row in before for exchange in row.members}
    led: list[tuple[list[int], QuestionGroup | None]] = []
    taken: set[int] = set()
    # The largest first: where a group of before falls into two, it goes on in the larger.
    for members in sorted(groups, key=len, reverse=True):
        shares = Counter(row_of[one] for one in members if one in row_of and row_of[one].pk not in taken)
        row = max(shares, key=lambda one: (shares[one], one.by_id is not None, -one.pk), default=None)
        if row is not None:
            taken.add(row.pk)
        first = row.leader if row is not None and row.leader in members else members[0]
        led.append(([first, *(one for one in members if one != first)], row))
    return led


def _write(language: str, led: Sequence[tuple[list[int], QuestionGroup | None]], answered: set[int]) -> None:
    """Keep the groups; one of before that goes on nowhere goes."""
    stay = [row.pk for _, row in led if row is not None]
    leaders = [members[0] for members, _ in led]
    QuestionGroup.objects.filter(language=language).exclude(pk__in=stay).exclude(leader__in=leaders).delete()
    # Apart first: leaders may change places.
    QuestionGroup.objects.filter(pk__in=stay).update(leader=-F("id"))
    for members, row in led:
        by_faq = GroupState.ANSWERED if members[0] in answered else GroupState.OPEN
        written = {"leader": members[0], "members": members, "size": len(members)}
        if row is None or not QuestionGroup.objects.filter(pk=row.pk).update(**written):
            begun = {**written, "language": language, "state": by_faq, "at": now()}
            row, _made = QuestionGroup.objects.update_or_create(
                leader=members[0], defaults=written, create_defaults=begun
            )
        # Read again, not from before: staff may have dismissed it meanwhile.
        rows = QuestionGroup.objects.filter(pk=row.pk).exclude(state__in=[by_faq, GroupState.DISMISSED])
        rows.update(state=by_faq, at=now(), by_id=None)


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
