"""Shopify App Pricing: Shopify shows the plans, takes the money, and tells us by its Partner API who pays for what.

The document is checked against the Partner API's published schema (2026-07, the newest there is). What no schema says
could not be checked: the address, the header of the token, and the address of the page where a merchant chooses.
"""

from dataclasses import dataclass, field

from pydantic import AwareDatetime

from shopconnect.connectors.billing import BilledShop, Subscription
from shopconnect.connectors.shopify.client import Client
from shopconnect.connectors.shopify.payloads import Shape, read
from shopconnect.connectors.shopify.queries import read_query
from shopconnect.connectors.shopify.types import PLATFORM

API_VERSION = "2026-07"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Our account as a partner of Shopify, and our app there: its number, and its name in addresses."""

    organisation: str
    token: str = field(repr=False)
    app_number: str
    app_handle: str
    origin: str = "https://partners.shopify.com"
    admin: str = "https://admin.shopify.com"


class AppPricing:
    """The billing of Shopify's shops."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self._address = f"{partner.origin}/{partner.organisation}/api/{API_VERSION}/graphql.json"

    def serves(self, shop: BilledShop) -> bool:
        """Say whether a shop is one of Shopify's."""
        return shop.platform == PLATFORM

    def find_subscription(self, shop: BilledShop) -> Subscription:
        """Return what a shop pays for now, by its number; raises ConnectorError."""
        app = f"gid://shopify/App/{self._partner.app_number}"
        client = Client(self._address, self._partner.token)
        variables = {"appId": app, "shopId": f"gid://shopify/Shop/{shop.number}"}
        found = client.ask(read_query("partner/active_subscription"), variables)
        return _subscription(read(_Answer, found).active_subscription)

    def plan_page(self, shop: BilledShop) -> str:
        """Return the page in the shop's admin where Shopify shows our plans."""
        store = shop.external_id.removesuffix(".myshopify.com")
        return f"{self._partner.admin}/store/{store}/charges/{self._partner.app_handle}/pricing_plans"


class _Item(Shape):
    handle: str | None


class _Cycle(Shape):
    end_time: AwareDatetime | None


class _Paid(Shape):
    items: list[_Item]
    trial_ends_at: AwareDatetime | None
    cancel_at_end_of_cycle: bool
    current_billing_cycle: _Cycle | None


class _Answer(Shape):
    active_subscription: _Paid | None


def _subscription(paid: _Paid | None) -> Subscription:
    """Read a subscription; its first item is the plan, and others are charges by use, which we have none of."""
    if paid is None:
        return Subscription()
    handles = [item.handle for item in paid.items if item.handle]
    cycle_ends = paid.current_billing_cycle.end_time if paid.current_billing_cycle else None
    ends = (paid.trial_ends_at or cycle_ends) if paid.cancel_at_end_of_cycle else None
    return Subscription(plan=handles[0] if handles else "", trial_ends_at=paid.trial_ends_at, ends_at=ends)
