"""What the pages of prices accept, and the sentences for what they do not."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from recommender.prices.types import PriceRequest
from shopconnect.core.errors import Refusal
from shopconnect.core.money import read_amount

FIELDS = ("product", "variant", "price", "compare_at", "currency", "is_confirmed")
KEY_LENGTH = 60


def read_price_request(fields: Mapping[str, str]) -> PriceRequest:
    """Read a request for a price; raises Refusal(no_price). What is no product is one that is not sold."""
    compare_at = fields.get("compare_at", "").strip()
    return PriceRequest(
        product_public_id=read_id(fields.get("product", "")) or 0,
        variant=fields.get("variant", ""),
        price=read_price(fields.get("price", "")),
        compare_at_price=read_price(compare_at) if compare_at else None,
        currency=fields.get("currency", ""),
        is_confirmed="is_confirmed" in fields,
    )


def read_price(text: str) -> Decimal:
    """Read a price as people write it: 12.50, 12,50 or 1 234,50; raises Refusal(no_price)."""
    plain = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    try:
        return read_amount(plain)
    except ValueError as error:
        raise Refusal("no_price", _("Write a price as in 12.50, without a currency."), 400) from error


def read_id(text: str) -> int | None:
    """Read a public id, None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None  # noqa: PLR2004
