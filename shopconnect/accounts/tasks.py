"""Tasks of the accounts room."""

from datetime import datetime

from shopconnect.accounts import retention
from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.timetable import each_slot


@each_slot("forget", seconds=DAY_SECONDS)
def forget(slot: datetime) -> None:
    """Once a day, forget sign-ins, sessions and invitations whose time is over."""
    retention.forget_what_is_over()
