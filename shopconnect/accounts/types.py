"""What may cross the wall of the accounts room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

INVITATION_RETENTION_DAYS = 30


class Role(StrEnum):
    """What a member may do.

    An owner may do everything, an analyst read figures and suggestions but no persons, support read conversations and
    whose orders they are about.
    """

    OWNER = "owner"
    ANALYST = "analyst"
    SUPPORT = "support"


EVERYBODY = tuple(Role)
OFFICE = (Role.OWNER, Role.ANALYST)  # who reads figures
DESK = (Role.OWNER, Role.SUPPORT)  # who reads conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSummary:
    """A token of the REST API without the token itself."""

    public_id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    is_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that was just made; `token` is never shown again."""

    token: str
    summary: TokenSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person's part in one shop."""

    shop_id: int
    slug: str
    user_id: int
    email: str
    name: str
    role: Role
    is_demo: bool
    needs_second_step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """An invitation that is still open."""

    id: int
    email: str
    email_key: str
    role: Role
    expires_at: datetime


class SignInWay(StrEnum):
    """How somebody signed in: a password, that and a second step, a passkey, a link of a sign-up, the demo's button."""

    PASSWORD = "password"  # noqa: S105  not a secret, the name of a way
    CODE = "code"
    PASSKEY = "passkey"
    SIGN_UP = "sign_up"
    DEMO = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSummary:
    """One sign-in, or one attempt that failed; from which network address and browser, where that was noted."""

    at: datetime
    succeeded: bool
    way: SignInWay
    address: str
    browser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSummary:
    """A person with an account; `language` is "" until one was chosen."""

    user_id: int
    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSummary:
    """Something that was done in a shop, as a sentence; from where, "" where that is not known."""

    at: datetime
    sentence: str
    address: str = ""
    browser: str = ""
