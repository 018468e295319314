"""Money is exact, and two currencies are never added."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopconnect.core.money import Money, read_amount, write_amount


@pytest.mark.parametrize("text", ["12.50", "0", "-3", "0.000001", "999999999999", "-999999999999.000000"])
def test_an_amount_is_read_exactly(text):
    assert read_amount(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,5",
        "1_000",
        "1e3",
        "nan",
        "Infinity",
        "-",
        "0.0000001",
        "1000000000000",
        " 1",
        "1 ",
        "+1",
        "１２",
        ".5",
        "5.",
        12,
        1.5,
        None,
        Decimal(1),
        "1" * 500,
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="amount"):
        read_amount(text)


@given(st.decimals(min_value=Decimal("-1e11"), max_value=Decimal("1e11"), places=6))
def test_what_was_written_is_read_back(amount):
    assert read_amount(write_amount(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [("12.5", "12.50"), ("12.345", "12.345"), ("100", "100.00"), ("0", "0.00"), ("0.100000", "0.10"), ("-1", "-1.00")],
)
def test_an_amount_is_written_plainly(amount, text):
    assert write_amount(Decimal(amount)) == text


def test_two_currencies_are_never_added():
    one = Money(amount=Decimal(1), currency="EUR")
    assert (one + one).amount == 2
    with pytest.raises(ValueError, match="EUR and GBP"):
        one + Money(amount=Decimal(1), currency="GBP")


def test_money_is_rounded_to_its_smallest_coin():
    assert Money(amount=Decimal("1.005"), currency="EUR").rounded().amount == Decimal("1.01")
    assert Money(amount=Decimal("150.5"), currency="JPY").rounded().amount == Decimal(151)


def test_money_is_written_as_its_readers_do():
    money = Money(amount=Decimal("1234.5"), currency="EUR")
    assert (money.written("fr"), money.written("en")) == ("1\u202f234,50\u00a0€", "€1,234.50")
