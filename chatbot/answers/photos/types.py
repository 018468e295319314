"""What crosses the walls about photos."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of ours: its bytes, and its width and height in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """What a shopper's page sends: base64 of a JPEG, in which conversation, in which language, and who is signed in."""

    token: str | None
    customer: str
    language: str
    content: str
