"""What may cross the wall of the shops room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FEEDBACK_DAYS = 30  # how long a link that asks why a shop left holds, as its rows do
FEEDBACK_CHARACTERS = 500


WIDGET_PREFIX = "pk_"  # how the public key of a storefront's widgets begins


class KeyKind(StrEnum):
    """By what a shop is found: the widget's public key, the hash of an API token or of an invitation, a host name,
    "<platform>:<its id there>", or its id with who takes its money.
    """

    WIDGET = "widget"
    API = "api"
    INVITATION = "invitation"
    DOMAIN = "domain"
    PLATFORM = "platform"
    PAYER = "payer"


class NotConnected(Exception):
    """A shop's platform cannot be reached for it: it left, or somebody must sign in there again. Its work waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallSummary:
    """Our presence on a shop's platform: what it allows us, and since when somebody must sign in there again.

    `platform` is the name of a registered one, `number` what its other services know the shop by.
    """

    platform: str
    external_id: str
    number: str
    scopes: tuple[str, ...]
    needs_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntrySummary:
    """Who did what in a shop, and to whom, by account ids; `actor_id` is None where nobody of the shop's people did."""

    at: datetime
    actor_id: int | None
    about_id: int | None
    action: str
    subject: str
    address: str
    browser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProfileSummary:
    """What a shop says of itself."""

    name: str
    currency: str
    timezone: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    hosts: tuple[str, ...]
    prices_include_tax: bool | None


class UninstallReason(StrEnum):
    """Why a shop left."""

    COSTLY = "costly"
    HARD = "hard"
    BROKEN = "broken"
    USELESS = "useless"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class UninstallFeedbackSummary:
    """Why a shop left, as its people said; "" where they did not, and said_at is None where they said nothing yet."""

    because: str = ""
    saying: str = ""
    said_at: datetime | None = None
