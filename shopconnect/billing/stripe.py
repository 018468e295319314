"""Stripe among those who take money, by the settings: for shops whose platform does not insist on taking it."""

from django.conf import settings

from shopconnect.billing.plans import HANDLES
from shopconnect.connectors.registry import find_descriptor, register_billing
from shopconnect.connectors.stripe.billing import StripeAccount, StripeBilling
from shopconnect.core.environment import BadSetting


def _is_served(platform: str) -> bool:
    return not find_descriptor(platform).bills_apps


if not set(settings.STRIPE_PLANS.values()) <= set(HANDLES[1:]):
    raise BadSetting(f"STRIPE_PLANS names a plan that there is not; plans are {', '.join(HANDLES[1:])}.")

_account = StripeAccount(
    key=settings.STRIPE_KEY,
    webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
    plans={price: plan for plan in HANDLES for price, bought in settings.STRIPE_PLANS.items() if bought == plan},
    collects_tax=settings.STRIPE_TAX,
    origin=settings.STRIPE_ORIGIN,
)
register_billing(StripeBilling(_account, _is_served))
