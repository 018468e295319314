"""Stripe among those who take money, by the settings: for shops whose platform does not insist on taking it."""

from django.conf import settings

from shopconnect.billing.plans import HANDLES
from shopconnect.connectors.registry import find_descriptor, register_billing
from shopconnect.connectors.stripe.billing import StripeAccount, StripeBilling
from shopconnect.core.environment import BadSetting


def register() -> None:
    """Have the shops pay there; raises BadSetting for a plan that there is not."""
    plans = settings.STRIPE_PLANS
    if not set(plans.values()) <= set(HANDLES[1:]):
        raise BadSetting(f"STRIPE_PLANS names a plan that there is not; plans are {', '.join(HANDLES[1:])}.")
    account = StripeAccount(
        key=settings.STRIPE_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        plans=dict(sorted(plans.items(), key=lambda pair: HANDLES.index(pair[1]))),
        collects_tax=settings.STRIPE_TAX,
        origin=settings.STRIPE_ORIGIN,
    )
    register_billing(StripeBilling(account, lambda platform: not find_descriptor(platform).bills_apps))
