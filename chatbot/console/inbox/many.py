"""What staff do with several conversations at once: each by itself, so that one that is refused holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chatbot.console.inbox.types import ManyDone
from shopconnect.core.errors import Missing, Refusal


def act_on_each(public_ids: Iterable[int], deed: Callable[[int], None]) -> ManyDone:
    """Do something with each conversation; returns with how many it was done, and what was refused of the others.

    `deed` opens a scope of its own each time.
    """
    done, reasons = 0, []
    for public_id in dict.fromkeys(public_ids):
        try:
            deed(public_id)
            done += 1
        except (Missing, Refusal) as refusal:
            reasons.append(refusal.message)
    return ManyDone(done, len(reasons), tuple(dict.fromkeys(reasons)))
