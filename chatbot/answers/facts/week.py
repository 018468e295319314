"""Whether a shop is open at a moment of the week, also after midnight. Pure; times are those of the shop's clocks."""

from __future__ import annotations

from datetime import time

from chatbot.answers.facts.types import OpeningHours

MIDNIGHT = time(0)
ALL_DAY = ((MIDNIGHT, MIDNIGHT),)  # hours that end no later than they begin end on the next day


def closing_time(hours: OpeningHours, day: int, at: time) -> time | None:
    """Return when a shop that is open on a weekday (0 for Monday) at a time closes, None where it is closed then.

    What goes on at midnight is followed to its end; of a shop that never closes that is midnight.
    """
    closes = None
    for opened, closed in hours.days[day - 1]:
        if closed <= opened and at < closed:
            closes = closed
    for opened, closed in hours.days[day]:
        if opened <= at and (at < closed or closed <= opened):
            closes = closed
            for later in range(1, len(hours.days)):
                following = hours.days[(day + later) % len(hours.days)]
                if closes != MIDNIGHT or not following or following[0][0] != MIDNIGHT:
                    break
                closes = following[0][1]
    return closes


def next_opening(hours: OpeningHours, day: int, at: time) -> tuple[int, time]:
    """Return the weekday and the time at which a shop that is closed then opens next; some day must have hours."""
    opens = [
        (later, opened)
        for later in range(len(hours.days) + 1)
        for opened, _ in hours.days[(day + later) % len(hours.days)]
        if later or opened > at
    ]
    later, opened = min(opens)
    return (day + later) % len(hours.days), opened
