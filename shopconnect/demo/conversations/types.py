"""What crosses the walls of the invented conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scene(StrEnum):
    """How a conversation stands now, where its shopper asks for a person."""

    PAST = "past"  # over, whatever came of it
    WAITING = "waiting"  # nobody has taken it
    TAKEN = "taken"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class InventedQuestion:
    """What a shopper asks, with the entry that answers it, None where none does."""

    text: str
    expect: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedTalk:
    """A conversation before anybody has answered: when it begins, and the questions in the order of asking.

    `seed` draws all that follows from the answers.
    """

    seed: int
    language: str
    started_at: datetime
    scene: Scene
    questions: tuple[InventedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """Who answers shoppers: the account, and the first name."""

    user_id: int
    name: str
