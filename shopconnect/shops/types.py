"""What may cross the wall of the shops room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

INVITATIONS_KEPT_DAYS = 30
GOODBYE_DAYS = 30  # how long a link that asks why a shop left holds, as its rows do
LINK_DAYS = 7  # how long a link that confirms an address holds
WIDGET_MARK = "pk_"  # how the public key of a storefront's widgets begins


class Role(StrEnum):
    """What a member may do: an owner everything, an analyst read figures and suggestions, support the conversations."""

    OWNER = "owner"
    ANALYST = "analyst"
    SUPPORT = "support"


class KeyKind(StrEnum):
    """By what a shop is found: the widget's public key, the hash of an API token or of an invitation, a host name,
    or "<platform>:<its id there>".
    """

    WIDGET = "widget"
    API = "api"
    INVITATION = "invitation"
    DOMAIN = "domain"
    PLATFORM = "platform"


class Platform(StrEnum):
    """Where the shop stands."""

    FILES = "files"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


class NotConnected(Exception):
    """A shop's platform cannot be reached for it: it left, or somebody must sign in there again. Its work waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallFacts:
    """Our presence on a shop's platform: what it allows us, and since when somebody must sign in there again."""

    platform: Platform
    external_id: str
    scopes: tuple[str, ...]
    needs_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFacts:
    """What a shop says of itself."""

    name: str
    currency: str
    timezone: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    hosts: tuple[str, ...]
    prices_include_tax: bool | None


class Scope(StrEnum):
    """What a token of the REST API may do."""

    READ_CATALOG = "read:catalog"
    READ_ORDERS = "read:orders"
    TRACK_ORDERS = "track:orders"
    READ_CUSTOMERS = "read:customers"
    READ_SUGGESTIONS = "read:suggestions"
    READ_RULES = "read:rules"
    WRITE_RULES = "write:rules"
    READ_FAQ = "read:faq"
    WRITE_FAQ = "write:faq"
    READ_CHATS = "read:chats"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """A token of the REST API without the token itself."""

    public_id: int
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    is_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that was just made; `token` is never shown again."""

    token: str
    facts: TokenFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """One person's part in one shop."""

    shop_id: int
    slug: str
    user_id: int
    email: str
    name: str
    role: Role
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationFacts:
    """An invitation that is still open."""

    id: int
    email: str
    email_key: str
    role: Role
    expires_at: datetime


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
class NoticeFacts:
    """A notice as its reader sees it."""

    kind: NoticeKind
    sentence: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """Where a shop is written to, or would be once it is confirmed."""

    email: str
    language: str
    asked_at: datetime


class LeftBecause(StrEnum):
    """Why a shop left."""

    COSTLY = "costly"
    HARD = "hard"
    BROKEN = "broken"
    USELESS = "useless"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodbyeFacts:
    """Why a shop left, as its people said; "" where they did not, and said_at is None where they said nothing yet."""

    because: str = ""
    saying: str = ""
    said_at: datetime | None = None


class SignInWay(StrEnum):
    """How somebody signed in: a password, a password and a code, a link after signing up, or the demo's button."""

    PASSWORD = "password"  # noqa: S105  not a secret, the name of a way
    CODE = "code"
    SIGN_UP = "sign_up"
    DEMO = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """One sign-in, or one attempt that failed."""

    at: datetime
    succeeded: bool
    way: SignInWay


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person with an account; `language` is "" until one was chosen."""

    user_id: int
    email: str
    name: str
    language: str


class DemoPart(StrEnum):
    """Who somebody can be in the demo."""

    OWNER = "owner"
    SUPPORT = "support"
    OPERATOR = "operator"
    SHOPPER = "shopper"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedFacts:
    """Something that was done in a shop, as a sentence."""

    at: datetime
    sentence: str


class Meter(StrEnum):
    """What a plan holds a number of a month: shelves of suggestions shown, questions answered."""

    SUGGESTIONS = "suggestions"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a plan holds in a month, and what of it was used some moments ago; a meter that is not in it has no end."""

    month: date
    most: Mapping[Meter, int]
    used: Mapping[Meter, int]

    def is_over(self, meter: Meter, month: date, since: int) -> bool:
        """Say whether, with what was used since, more was used than the plan holds."""
        most = self.most.get(meter)
        used = self.used.get(meter, 0) if month == self.month else 0
        return most is not None and used + since > most


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFacts:
    """How much of a meter was used this month; `most` is None where it has no end."""

    meter: Meter
    used: int
    most: int | None

    @property
    def percent(self) -> int:
        """How much of it was used, 100 at most."""
        return min(100, self.used * 100 // self.most) if self.most else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A shop's plan: until when it is a trial, when it ends, and where another is chosen ("" where none can be)."""

    handle: str
    name: str
    trial_ends_at: datetime | None
    ends_at: datetime | None
    page: str
