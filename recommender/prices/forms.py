"""What the pages of prices accept, and the sentences for what they do not."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _

from recommender.prices.types import PriceRequest
from shopconnect.core.errors import Refusal
from shopconnect.core.money import read_amount
from shopconnect.core.web.forms import Fields, TextField

TYPED = ("product", "variant", "price", "compare_at", "currency")


class PriceForm(forms.Form):
    """A price for a variant; `seen` says that the change was looked at, and `key` is the same in a form sent twice."""

    product = TextField()
    variant = TextField()
    price = TextField()
    compare_at = TextField()
    currency = TextField()
    is_confirmed = forms.BooleanField(required=False)
    seen = forms.BooleanField(required=False)
    key = TextField(longest=60)


def read_price_request(form: Fields) -> PriceRequest:
    """Read a request for a price; raises Refusal(no_price). What is no product is one that is not sold."""
    compare_at = form["compare_at"].strip()
    return PriceRequest(
        product_public_id=read_id(form["product"]) or 0,
        variant=form["variant"],
        price=read_price(form["price"]),
        compare_at_price=read_price(compare_at) if compare_at else None,
        currency=form["currency"],
        is_confirmed=form["is_confirmed"],
    )


def read_price(text: str) -> Decimal:
    """Read a price as people write it: 12.50, 12,50 or 1 234,50; raises Refusal(no_price)."""
    plain = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    try:
        return read_amount(plain)
    except ValueError as error:
        raise Refusal("no_price", _("Enter a price such as 12.50, without a currency."), 400) from error


def read_id(text: str) -> int | None:
    """Read a public id, None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None  # noqa: PLR2004
