"""Advice and its reasons, the one form in which every room explains itself; and what people asked under the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shopconnect.connectors.base import PrivacyRequestKind


class Review(StrEnum):
    """What a person has said of an advice."""

    NONE = "none"
    AGREED = "agreed"
    CONTESTED = "contested"


# Named tuples, for a shelf makes dozens of them while a shopper waits, and a frozen dataclass takes twice as long.
class Reason(NamedTuple):
    """One reason: the key of a sentence that exists in French and English, its weight in the score, its parameters."""

    key: str
    weight: float
    params: Mapping[str, object] = MappingProxyType({})


class Advice(NamedTuple):
    """A number about a subject with its reasons, heaviest first, and the version of the model that gave it."""

    subject: str
    score: float
    reasons: tuple[Reason, ...]
    model_version: str
    review: Review = Review.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequestSummary:
    """A request under privacy law; `rows` were found or erased, `file_until` says how long a file can be fetched."""

    public_id: int
    kind: PrivacyRequestKind
    reference: str
    received_at: datetime
    due_at: datetime
    done_at: datetime | None
    is_refused: bool
    is_late: bool
    rows: int
    file_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWord:
    """The latest word of somebody on a purpose."""

    purpose: str
    is_given: bool
    at: datetime
