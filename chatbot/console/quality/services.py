"""Keeping what was counted, so that it outlives the conversations. Opens the scope."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from chatbot.console.quality.models import ChatDay
from chatbot.console.quality.selectors import first_live_day, live_days
from chatbot.console.quality.types import DayCounts
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_profile

KIND = "keep_chat_days"
COUNTED = [one.name for one in fields(DayCounts)]


def keep_days(shop_id: ShopId) -> None:
    """Count anew the days whose conversations are all there, and keep the counts; safe to run twice. Opens the scope.

    Earlier days stay as they were counted last: some of their conversations are gone.
    """
    with shop_scope(shop_id):
        zone = shop_profile().timezone
        first = first_live_day(zone)
        days = live_days(first, now().date() + timedelta(days=1), zone)
        ChatDay.objects.filter(day__gte=first).exclude(day__in=days).delete()
        rows = [ChatDay(day=day, **{name: getattr(counts, name) for name in COUNTED}) for day, counts in days.items()]
        ChatDay.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["shop", "day"], update_fields=COUNTED, batch_size=500
        )
