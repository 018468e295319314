"""What the page of chat quality shows. What opens the shop's scope says so; the rest runs in one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chatbot.answers.transcripts.outcomes import conversation_outcomes
from chatbot.answers.types import RETENTION_DAYS
from chatbot.console.inbox.waits import waits_between
from chatbot.console.quality.counting import count_days
from chatbot.console.quality.models import ChatDay
from chatbot.console.quality.types import DayCounts, QualityPeriod, sum_of
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile


def read_period(shop_id: ShopId, first: date, last: date) -> QualityPeriod:
    """Return what became of the conversations that began on these days, both included. Opens the scope.

    Days whose conversations are all there are counted now, earlier ones as they were kept.
    """
    with shop_scope(shop_id):
        zone = shop_profile().timezone
        border = first_live_day(zone)
        kept = ChatDay.objects.filter(day__gte=first, day__lte=last, day__lt=border)
        days = {row.day: _counts(row) for row in kept}
        days |= live_days(max(first, border), last, zone)
    return QualityPeriod(
        first=first, last=last, days=dict(sorted(days.items())), total=sum_of(days.values()), timezone=zone
    )


def shop_today(shop_id: ShopId) -> date:
    """Return the day that it is in the shop. Opens the scope."""
    with shop_scope(shop_id):
        return today_in(shop_profile().timezone)


def today_in(zone: str) -> date:
    """Return the day that it is in a time zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def first_live_day(zone: str) -> date:
    """Return the first day of which no conversation has been erased for its age."""
    kept_since = now() - timedelta(days=RETENTION_DAYS)
    return kept_since.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def live_days(first: date, last: date, zone: str) -> dict[date, DayCounts]:
    """Return the counts of days, both included, from the conversations themselves. In the shop's open scope."""
    if last < first:
        return {}
    place = ZoneInfo(zone)
    since = datetime.combine(first, time.min, place)
    until = datetime.combine(last + timedelta(days=1), time.min, place)
    return count_days(conversation_outcomes(since, until), waits_between(since, until), place)


def _counts(row: ChatDay) -> DayCounts:
    return DayCounts(
        conversations=row.conversations,
        questions=row.questions,
        answered=row.answered,
        confirmed=row.confirmed,
        assumed=row.assumed,
        passed=row.passed,
        judged=row.judged,
        right=row.right,
        reasons=row.reasons,
        grades={int(grade): count for grade, count in row.grades.items()},
        waits=tuple(row.waits),
    )
