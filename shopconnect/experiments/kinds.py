"""Kinds of experiment: each room registers what of its own B may have otherwise."""

from collections.abc import Collection

from shopconnect.experiments.types import HOLD_OUT, ExperimentKind

_kinds: dict[ExperimentKind, None] = {HOLD_OUT: None}


def register_experiment_kind(kind: ExperimentKind) -> None:
    """Enter a kind of experiment of A against B; its value is a number, whose meaning is the room's."""
    _kinds[kind] = None


def experiment_kinds() -> Collection[ExperimentKind]:
    """Return every kind, that of the hold-out too."""
    return _kinds.keys()
