"""What the assistant's room and those who answer in its place tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EmailWish:
    """A shopper's e-mail address is asked for: the sentence that they agree to, and which wording of it that is."""

    consent: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedPerson:
    """A shopper waits for a person, or has one: when their page looks again, whether somebody is writing to them.

    `email` where they may leave an address, since nobody answers now.
    """

    seconds: int
    is_writing: bool
    email: EmailWish | None


@dataclass(frozen=True, slots=True)
class CartSummary:
    """What lay in a shopper's cart, as their page said at a time: products by public id and title."""

    products: tuple[tuple[int, str], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffReply:
    """What somebody of the staff wrote to a shopper, by its row id."""

    message_id: int
    text: str
    by_id: int | None
