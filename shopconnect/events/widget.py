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
def events(request: WidgetRequest) -> WidgetResponse:
    """Take a batch of events; without a yes, of no shopper, and where the browser asks for privacy, nothing is kept."""
    if request.body.get("consent") != GRANTED or request.non_shopper or request.wants_privacy:
        return NOTHING
    drafts = read_batch(request.body, request.customer, now())
    keep_batch(request.shop_id, drafts)
    return WidgetResponse({"taken": len(drafts)}, status=202)


@shopper_endpoint(methods=("POST",), rate=Rate(10), is_beacon=True)
def consent(request: WidgetRequest) -> WidgetResponse:
    """Store a visitor's choice; a device without a name of ours has nothing to take back, so it needs no call."""
    choice, visitor = request.text("choice", 10), read_token(request.body.get("visitor"))
    if choice not in (GRANTED, DENIED) or not visitor:
        raise Refusal("unclear", _("Say who chose, and what."), 400)
    if request.non_shopper == NonShopper.ROBOT or (choice == GRANTED and request.wants_privacy):
        return NOTHING
    store_choice(request.shop_id, visitor, choice == GRANTED, request.text("source", 120), customer=request.customer)
    return NOTHING


register("events", events)
register("consent", consent)
