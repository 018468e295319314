"""The shopper's endpoint: /w/<key>/address."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.console.mail.addresses import leave_address
from chatbot.console.mail.types import GivenAddress
from shopconnect.widgets.registry import register, shopper_endpoint
from shopconnect.widgets.types import Rate, WidgetRequest

ADDRESS_RATE = Rate(10)


@shopper_endpoint(
    methods=("POST",), rate=ADDRESS_RATE, serves_account=True, private=("email", "customer", "conversation")
)
def address(request: WidgetRequest) -> Mapping[str, object]:
    """Keep where a shopper who waits for a person wants the reply sent."""
    given = GivenAddress(
        token=request.text("conversation", 64),
        customer=request.customer,
        email=request.text("email", 300),
        has_consented=request.body.get("consent") is True,
        wording=request.text("wording", 20),
        caller=request.caller,
    )
    leave_address(request.shop_id, given)
    return {}


register("address", address)
