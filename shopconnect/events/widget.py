"""What shoppers' devices tell, once their shopper has said yes: /w/<key>/events and /w/<key>/consent."""

from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.events.batches import read_batch, read_token
from shopconnect.events.intake import keep_batch, store_choice
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import NonShopper, Rate, WidgetRequest, WidgetResponse

GRANTED, DENIED = "granted", "denied"
NOTHING = WidgetResponse({}, status=204)


@shopper_endpoint(methods=("POST",), rate=Rate(60), is_beacon=True)
def events(ask: WidgetRequest) -> WidgetResponse:
    """Take a batch of events; without a yes, of no shopper, and where the browser asks for privacy, nothing is kept."""
    if ask.body.get("consent") != GRANTED or ask.non_shopper or ask.wants_privacy:
        return NOTHING
    drafts = read_batch(ask.body, ask.customer, now())
    keep_batch(ask.shop_id, drafts)
    return WidgetResponse({"taken": len(drafts)}, status=202)


@shopper_endpoint(methods=("POST",), rate=Rate(10), is_beacon=True)
def consent(ask: WidgetRequest) -> WidgetResponse:
    """Store a visitor's choice; a device without a name of ours has nothing to take back, so it needs no call."""
    choice, visitor = ask.text("choice", 10), read_token(ask.body.get("visitor"))
    if choice not in (GRANTED, DENIED) or not visitor:
        raise Refusal("unclear", _("Say who chose, and what."), 400)
    if ask.non_shopper == NonShopper.ROBOT or (choice == GRANTED and ask.wants_privacy):
        return NOTHING
    store_choice(ask.shop_id, visitor, choice == GRANTED, ask.text("source", 120), customer=ask.customer)
    return NOTHING


register("events", events)
register("consent", consent)
