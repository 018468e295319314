"""What crosses the walls of the Shopify connector."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our app at Shopify."""

    client_id: str
    secret: str = field(repr=False)
    old_secret: str = field(default="", repr=False)
    origin: str = "https://{shop}"
    api_version: str = "2026-10"
    data_level: int = 1
