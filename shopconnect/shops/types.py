"""What may cross the wall of the shops room."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member may do: an owner everything, an analyst read and export, support the conversations."""

    OWNER = "owner"
    ANALYST = "analyst"
    SUPPORT = "support"


class KeyKind(StrEnum):
    """By what a shop is found: the widget's public key, the hash of an API token or of an invitation, a host name."""

    WIDGET = "widget"
    API = "api"
    INVITATION = "invitation"
    DOMAIN = "domain"


class Platform(StrEnum):
    """Where the shop stands."""

    FILES = "files"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


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
