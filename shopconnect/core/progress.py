"""Telling how far a long computation has come."""

from collections.abc import Callable

Progress = Callable[[str, int], None]  # the step at hand, percent of all


def silent(step: str, percent: int) -> None:
    """Report progress to nobody."""


def scaled(progress: Progress, prefix: str, low: int, high: int) -> Progress:
    """Return a progress that reports within a part of the whole."""
    return lambda step, percent: progress(prefix + step, low + (high - low) * percent // 100)
