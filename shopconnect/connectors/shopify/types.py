"""What crosses the walls of the Shopify connector."""

from dataclasses import dataclass, field
from datetime import datetime

PLATFORM = "shopify"
PAGE_SCOPES = ("read_online_store_pages", "read_legal_policies")  # asked for once a merchant wants them read


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our app at Shopify. `old_secret` holds for as long as Shopify may still sign with it."""

    client_id: str
    secret: str = field(repr=False)
    old_secret: str = field(default="", repr=False)
    origin: str = "https://{shop}"
    api_version: str = "2026-10"
    data_level: int = 1

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that a signature may have been made with; an empty one signs nothing."""
        return tuple(filter(None, (self.secret, self.old_secret)))

    def address(self, shop: str, path: str) -> str:
        """Return an address of a shop's admin."""
        return f"{self.origin.format(shop=shop)}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who speaks to us from Shopify's admin, as a session token that holds says it."""

    shop: str
    user: str
    session_id: str
    expires_at: datetime
