"""Money: an amount beside its currency; amounts of two currencies are never added."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision

_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_SMALLEST, _LARGEST = Decimal("0.000001"), Decimal("999999999999")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in major units (1 234.50) and its ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added.")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def written(self, language: str) -> str:
        """Write it as people of that language do: 1 234,50 € in French, €1,234.50 in English."""
        return format_currency(self.amount, self.currency, locale=language)

    def rounded(self) -> "Money":
        """Round to the currency's smallest coin, half up."""
        coin = Decimal(1).scaleb(-get_currency_precision(self.currency))
        return Money(amount=self.amount.quantize(coin, ROUND_HALF_UP), currency=self.currency)


def read_amount(text: object) -> Decimal:
    """Read a decimal string in major units; raises ValueError on anything else, or beyond numeric(18,6)."""
    if not isinstance(text, str):
        raise ValueError(f'an amount is written as text, as in "12.50", not {text!r}')
    if not _AMOUNT.fullmatch(text):  # Decimal itself would take 1_000, 1e3 and digits of other scripts
        raise ValueError(f"{text!r} is no amount")
    amount = Decimal(text)
    if abs(amount) > _LARGEST or amount != amount.quantize(_SMALLEST):
        raise ValueError(f"{text!r} is no amount of at most twelve digits and six decimals")
    return amount


def write_amount(amount: Decimal) -> str:
    """Write an amount plainly, with two decimals or as many as it needs."""
    short = amount.normalize()
    return f"{short:f}" if -int(short.as_tuple().exponent) > 2 else f"{amount:.2f}"
