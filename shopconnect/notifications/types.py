"""What may cross the wall of the notifications room."""

from dataclasses import dataclass
from datetime import datetime

LINK_DAYS = 7  # how long a link that confirms an address holds


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSummary:
    """A notice as its reader sees it; `page` is the name of the page where something is to be done, or ""."""

    kind: str
    sentence: str
    page: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAddressSummary:
    """Where a shop is written to, or would be once it is confirmed."""

    email: str
    language: str
    asked_at: datetime
