"""What shoppers' devices tell, once their shopper has said yes: /w/<key>/events and /w/<key>/consent."""

from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.events.batches import read_batch
from shopconnect.events.intake import keep_batch, store_choice
from shopconnect.widgets import limits
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import NonShopper, Rate, WidgetRequest, WidgetResponse
from shopconnect.widgets.visitors import MOST_A_DAY, name_visitor, signed_visitor

GRANTED, DENIED = "granted", "denied"
NOTHING = WidgetResponse({}, status=204)
MOST_BATCHES = 1_000  # of one address in a day
NEW_VISITORS, ONCE = Rate(MOST_A_DAY, 86_400), Rate(1, 86_400)


@shopper_endpoint(methods=("POST",), rate=Rate(60), is_beacon=True)
def events(request: WidgetRequest) -> WidgetResponse:
    """Take a batch of events; without a yes, of no shopper, and where the browser asks for privacy, nothing is kept.

    A device without a name of ours is given one, which the reply brings; from where too many came today it gets none,
    and what it tells is dropped, as is what an address tells without end. Only a batch that is taken uses a name up.
    """
    if request.body.get("consent") != GRANTED or request.non_shopper or request.wants_privacy:
        return NOTHING
    name = "" if request.visitor else name_visitor(request.shop_id, request.caller, request.text("visit", 64))
    visitor = request.visitor or signed_visitor(request.shop_id, name)
    drafts = read_batch(request.body, request.public_key, visitor, now())
    is_new = not request.visitor and limits.has_room(request.shop_id, "named", visitor, ONCE)
    is_one_too_many = is_new and not limits.has_room(request.shop_id, "visitors", request.caller, NEW_VISITORS)
    if is_one_too_many or request.calls_today > MOST_BATCHES:
        return WidgetResponse({"taken": 0}, status=202)
    keep_batch(request.shop_id, drafts)
    if is_new:
        limits.count_call(request.shop_id, "named", visitor, ONCE)
        limits.count_call(request.shop_id, "visitors", request.caller, NEW_VISITORS)
    return WidgetResponse({"taken": len(drafts)} | ({"visitor": name} if name else {}), status=202)


@shopper_endpoint(methods=("POST",), rate=Rate(10), is_beacon=True)
def consent(request: WidgetRequest) -> WidgetResponse:
    """Store a visitor's choice; a device without a name of ours has nothing to take back."""
    choice = request.text("choice", 10)
    if choice not in (GRANTED, DENIED) or not request.text("visitor", 64):
        raise Refusal("unclear", _("Send who chose, and what they chose."), 400)
    is_heard = bool(request.visitor) and request.non_shopper != NonShopper.ROBOT
    if not is_heard or (choice == GRANTED and request.wants_privacy):
        return NOTHING
    store_choice(
        request.shop_id, request.visitor, choice == GRANTED, request.text("source", 120), customer=request.customer
    )
    return NOTHING


register("events", events)
register("consent", consent)
