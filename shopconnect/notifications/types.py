"""What may cross the wall of the notifications room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LINK_DAYS = 7  # how long a link that confirms an address holds


class NoticeKind(StrEnum):
    """What members are told of."""

    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    ROLE_CHANGED = "role_changed"
    EXPORT_READY = "export_ready"
    SIGN_IN_AGAIN = "sign_in_again"
    PRIVACY_FILE_READY = "privacy_file_ready"
    REMOVED = "removed"
    USAGE_NEAR = "usage_near"
    USAGE_FULL = "usage_full"
    SHELF_FELL = "shelf_fell"
    TRIAL_ENDED = "trial_ended"
    SHELVES_UNEVEN = "shelves_uneven"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSummary:
    """A notice as its reader sees it."""

    kind: NoticeKind
    sentence: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAddressSummary:
    """Where a shop is written to, or would be once it is confirmed."""

    email: str
    language: str
    asked_at: datetime
