"""Price changes as a kind of the outbox: what is kept of one, and how it is sent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from recommender.prices.types import KIND, PriceDecision
from shopconnect.catalog.types import ProductRow, VariantRow
from shopconnect.connectors.base import Ability, Connection, PriceChange, Receipt, ResourceType
from shopconnect.core.money import write_amount
from shopconnect.sync.registry import OutboxKind

TITLE_IN_HISTORY = 60

_decisions = TypeAdapter(PriceDecision)


def write_decision(decision: PriceDecision) -> dict[str, Any]:
    """Return a decision as JSON can hold it, amounts as text."""
    written: dict[str, Any] = _decisions.dump_python(decision, mode="json")
    return written


def read_decision(payload: Mapping[str, Any]) -> PriceDecision:
    """Return what was written; raises ValueError for what is none."""
    return _decisions.validate_python(payload)


def decided_price(product: ProductRow, variant: VariantRow, price: Decimal) -> PriceDecision:
    """Return the decision that a variant gets a price, in the place of the one that it has.

    No reduction is announced by itself; a crossed-out price that would be none any more goes.
    """
    crossed = variant.compare_at_amount
    return PriceDecision(
        product=product.external_id,
        variant=variant.external_id,
        title=f"{product.title} – {variant.title}" if variant.title else product.title,
        currency=product.currency,
        before=variant.price_amount,
        before_compare_at=crossed,
        price=price,
        compare_at_price=crossed if crossed is not None and crossed > price else None,
    )


def subject_of(decision: PriceDecision) -> str:
    """Return what may have only one change waiting: a second would expect a price that the first is to replace."""
    return f"{decision.product}:{decision.variant}"


def send_price(connection: Connection, payload: Mapping[str, Any], key: str) -> Receipt:
    """Set a price on the platform where it still is the one before, once for each key."""
    return connection.push_price(_change(payload), key)


def send_prices(connection: Connection, payloads: Sequence[Mapping[str, Any]]) -> Sequence[Receipt]:
    """Set prices on the platform together, each where it still is the one before."""
    return connection.push_prices([_change(payload) for payload in payloads])


def _change(payload: Mapping[str, Any]) -> PriceChange:
    decision = read_decision(payload)
    return PriceChange(
        product=decision.product,
        variant=decision.variant,
        price=decision.price,
        compare_at_price=decision.compare_at_price,
        expected=decision.before,
        currency=decision.currency,
    )


def describe_price(payload: Mapping[str, Any]) -> str:
    """Return a change in one line, for the shop's history."""
    decision = read_decision(payload)
    amounts = f"{write_amount(decision.before)} > {write_amount(decision.price)}"
    return f"{decision.title[:TITLE_IN_HISTORY]}, {amounts} {decision.currency}"


def changed_product(payload: Mapping[str, Any]) -> tuple[ResourceType, list[str]]:
    """Return what is to be brought in again once a change is done."""
    return ResourceType.PRODUCT, [read_decision(payload).product]


PRICE_CHANGE = OutboxKind(
    name=KIND,
    action="changed_price",
    send=send_price,
    describe=describe_price,
    changed=changed_product,
    batch=Ability.PUSH_PRICES,
    send_many=send_prices,
)
