"""The audit trail of a shop: who did what, added to and never changed. Each room registers what it notes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.functional import Promise

from shopconnect.core.clock import now
from shopconnect.core.registries import registry
from shopconnect.core.web.caller import find_caller
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.shops.models import AuditEntry
from shopconnect.shops.types import AuditEntrySummary

_sentences: dict[str, Promise] = registry({})
_routine: dict[str, Promise] = registry({})


def register_action(action: str, sentence: Promise) -> None:
    """Enter an action that a room notes, with the sentence by which owners read of it.

    The sentence may name `who` did it, `about` whom, and the `subject`.
    """
    _sentences[action] = sentence


def register_routine_action(action: str, sentence: Promise) -> None:
    """Enter an action that is done all day long: kept like any, and shown where it was done, not among the latest."""
    _sentences[action] = _routine[action] = sentence


def action_sentences() -> Mapping[str, Promise]:
    """Return the sentence of each action that is registered."""
    return _sentences


def note(
    actor_id: int | None,
    action: str,
    subject: str = "",
    about_id: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write down who did what in the shop in scope, and from where; never changed afterwards.

    Raises LookupError where no room has the action.

    `about_id` is the account of the person to whom it was done.
    """
    if action not in _sentences:
        raise LookupError(f"No room has registered the action {action}.")
    about = {"user_id": about_id} if about_id else {}
    caller = find_caller() if actor_id else None
    whence = {"address": caller[0], "browser": caller[1]} if caller else {}
    AuditEntry.objects.create(
        actor_id=actor_id, action=action, subject=str(subject), detail={**(detail or {}), **about, **whence}
    )


def note_daily(actor_id: int | None, action: str, subject: str) -> None:
    """Write down who did what in the shop in scope, unless that was written within a day.

    What a program does is nobody's doing; then the subject is the program's token.
    """
    lately = AuditEntry.objects.filter(at__gt=now() - timedelta(days=1))
    if not lately.filter(actor_id=actor_id, action=action, subject=subject).exists():
        note(actor_id, action, subject)


def latest_entries(most: int) -> Latest[AuditEntrySummary]:
    """Return what was done last in the shop in scope, newest first, but for routine."""
    return latest_of(AuditEntry.objects.exclude(action__in=_routine).order_by("-at", "-id"), most, _summary)


def entries_on(action: str, subject: str | None, since: datetime, most: int) -> Latest[AuditEntrySummary]:
    """Return who did something to a subject, or to any, in the shop in scope after a time, newest first."""
    rows = AuditEntry.objects.filter(at__gt=since, action=action, **({} if subject is None else {"subject": subject}))
    return latest_of(rows.order_by("-at", "-id"), most, _summary)


def _summary(row: AuditEntry) -> AuditEntrySummary:
    return AuditEntrySummary(
        at=row.at,
        actor_id=row.actor_id,
        about_id=row.detail.get("user_id"),
        action=row.action,
        subject=row.subject,
        address=row.detail.get("address", ""),
        browser=row.detail.get("browser", ""),
    )


def count_since(action: str, since: datetime) -> int:
    """Return how often something was done in the shop in scope after a time."""
    return int(AuditEntry.objects.filter(action=action, at__gt=since).count())
