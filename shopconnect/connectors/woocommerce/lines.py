"""Lines of orders and of refunds: what was bought, and what of it came back, in the prices that shoppers saw."""

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal

from shopconnect.connectors.types import LineDraft
from shopconnect.connectors.woocommerce.payloads import WooLine, WooOrder, WooRefund

NOTHING, MOST_DECIMALS = Decimal(0), 6
ProductOf = Callable[[int], str]


def line_drafts(lines: list[WooLine], *, is_gross: bool, product_of: ProductOf) -> Iterator[LineDraft]:
    """Map lines of an order; `is_gross` says whether the shop's prices hold the tax, which lines tell beside them."""
    for line in sorted(lines, key=lambda one: one.id):
        quantity = abs(line.quantity or NOTHING)
        if not quantity:
            continue
        total, before = _sum(line, is_gross, "total"), _sum(line, is_gross, "subtotal")
        price = _unit_price(max(total, before), quantity)
        yield LineDraft(
            product=product_of(line.product_id) if line.product_id else f"line-{line.id}",
            quantity=quantity,
            price=price,
            discount=price * quantity - total,
            variant=_variant_of(line, product_of),
            external_id=str(line.id),
        )


def refund_lines(order: WooOrder, refund: WooRefund, product_of: ProductOf) -> Iterator[LineDraft]:
    """Map what a refund gave back; money beyond goods and postage is a line of no product, so that sums hold."""
    yield from line_drafts(refund.line_items, is_gross=order.prices_include_tax, product_of=product_of)
    # Money given back on a line without a quantity names no units, and counts with what goes beyond lines.
    given_back = [one for one in refund.line_items if one.quantity]
    named = [*given_back, *refund.shipping_lines, *refund.fee_lines]
    beyond = (refund.amount or NOTHING) - sum((_sum(one, True, "total") for one in named), NOTHING)
    if beyond > 0:
        yield LineDraft(product=f"refund-{refund.id}", quantity=Decimal(1), price=beyond, discount=NOTHING)


def _variant_of(line: WooLine, product_of: ProductOf) -> str:
    """Return the variation, else the product itself by the id under which we know it."""
    if line.variation_id:
        return str(line.variation_id)
    return product_of(line.product_id) if line.product_id else ""


def _sum(line: WooLine, is_gross: bool, name: str) -> Decimal:
    """Return an amount of a line, positive: refunds tell theirs as negative ones."""
    net: Decimal = getattr(line, name) or NOTHING
    tax: Decimal = getattr(line, f"{name}_tax") or NOTHING
    return abs(net + tax) if is_gross else abs(net)


def _unit_price(amount: Decimal, quantity: Decimal) -> Decimal:
    """Return a price that, times the quantity, is no less than the amount and has six decimals at most."""
    exponent = quantity.normalize().as_tuple().exponent
    decimals = max(0, MOST_DECIMALS + min(0, int(exponent)))
    return (amount / quantity).quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING)
