"""Numbers and times as merchants and their spreadsheets write them: read where they have one meaning, else refused."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.connectors.files.reading import read_export, sentences

TWO_WAYS = (
    '"Variant Price" can be read in two ways, like 1,234. Write 1234.00 if it’s more than a thousand, '
    "1.2340 if it’s little more than one."
)
NO_AMOUNT = '"Variant Price" must be an amount, as in 12.50, and not negative.'
DAY_OR_MONTH = 'The dates in the file don’t show which number is the day. Write "Created at" as in 2026-01-31 12:00.'
NO_TIME = '"Created at" must be a date and time, as in 2026-01-31 12:00 or 2026-01-31 12:00:00 +0100.'


def priced(folder: Path, *cells: str, currency: str = "EUR", stock: str = "") -> tuple[list[Decimal], list[str]]:
    """Return the prices of a file of products, and what is said of the others."""
    path = folder / "products.csv"
    lines = [f"h{place}\tT\t{cell}\tshopify\t{stock}\n" for place, cell in enumerate(cells)]
    path.write_text("Handle\tTitle\tVariant Price\tVariant Inventory Tracker\tVariant Inventory Qty\n" + "".join(lines))
    drafts, bad = read_export(path, currency=currency)
    return [draft.price for draft in drafts], [sentence for _line, sentence in sentences(bad)]


def placed(folder: Path, *cells: str) -> tuple[list[datetime], list[str]]:
    """Return when the orders of a file from Paris were placed, and what is said of the others."""
    path = folder / "orders.csv"
    lines = [f"#{place},{cell},EUR,Mug,1,5.00\n" for place, cell in enumerate(cells)]
    path.write_text("Name,Created at,Currency,Lineitem name,Lineitem quantity,Lineitem price\n" + "".join(lines))
    drafts, bad = read_export(path, timezone="Europe/Paris")
    return [draft.placed_at for draft in drafts], [sentence for _line, sentence in sentences(bad)]


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("1 200,50", "1200.50"),
        ("1\u00a0200,50", "1200.50"),
        ("1\u202f200,50", "1200.50"),
        ("1.200,50", "1200.50"),
        ("1,234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1 234,567", "1234.567"),
        ("1234,567", "1234.567"),
        ("0.750", "0.750"),
        ("1.2340", "1.2340"),
        ("12,50 €", "12.50"),
        ("12,50\u00a0€", "12.50"),
        ("€12.50", "12.50"),
        ("12.50 EUR", "12.50"),
        ("EUR 1,234.50", "1234.50"),
    ],
)
def test_an_amount_with_one_meaning_is_read(tmp_path, cell, price):
    assert priced(tmp_path, cell) == ([Decimal(price)], [])


@pytest.mark.parametrize(
    "cell", ["12 00,50", "1,23,456", "1.200.50", "1 200 50", "-1 200", "12.50 each", "€ 12 EUR", "€"]
)
def test_what_is_no_amount_is_refused(tmp_path, cell):
    assert priced(tmp_path, cell) == ([], [NO_AMOUNT])


def test_another_currency_is_refused_and_a_sign_of_several_is_the_shop_s(tmp_path):
    refused = '"Variant Price" must be in EUR, but the cell names another currency.'
    assert priced(tmp_path, "$12.50", "12.50 USD", "12.50 €") == ([Decimal("12.50")], [refused] * 2)
    assert priced(tmp_path, "$12.50", "12.50 CAD", currency="CAD") == ([Decimal("12.50")] * 2, [])


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (("1,234", "12.50"), "1234"),
        (("1,234", "12,50"), "1.234"),
        (("1.234", "12.50"), "1.234"),
        (("1.234", "€ 12,50"), "1234"),
        (("1.234", "1.234.567"), "1234"),
    ],
)
def test_three_digits_after_a_mark_are_what_the_column_says(tmp_path, cells, first):
    prices, said = priced(tmp_path, *cells)
    assert (prices[0], said) == (Decimal(first), [])


def test_three_digits_after_a_mark_are_never_guessed(tmp_path):
    assert priced(tmp_path, "1.234", "1,234", "12") == ([Decimal(12)], [TWO_WAYS] * 2)
    assert priced(tmp_path, "1.234", "12.50", "12,50") == ([Decimal("12.50")] * 2, [TWO_WAYS])
    assert priced(tmp_path, "1.234", currency="TND") == ([Decimal("1.234")], [])


@pytest.mark.parametrize(
    ("stock", "read", "said"),
    [
        ("1 200", 1200, []),
        ("1\u202f200", 1200, []),
        ("-1'200", -1200, []),
        ("2,5", Decimal("2.5"), []),
        ("1.200", None, [TWO_WAYS.replace("Variant Price", "Variant Inventory Qty")]),
        ("1 200 pcs", None, ['"Variant Inventory Qty" must be a number.']),
    ],
)
def test_stock_is_read_alike(tmp_path, stock, read, said):
    assert priced(tmp_path, "5.00", stock=stock) == ([Decimal("5.00")], said)
    (draft,), _bad = read_export(tmp_path / "products.csv")
    assert draft.stock == read


def test_a_time_without_offset_is_the_shop_s(tmp_path):
    winter = datetime(2026, 1, 5, 8, tzinfo=UTC)
    cells = ("2026-01-05 09:00", "2026-01-05T09:00:00", "2026-01-05 09:00:00 +0100", "2026-01-05 08:00:00 UTC")
    assert placed(tmp_path, *cells) == ([winter] * 4, [])
    assert placed(tmp_path, "2026-07-05 09:00") == ([datetime(2026, 7, 5, 7, tzinfo=UTC)], [])


def test_a_time_that_a_change_of_clocks_skips_or_repeats_has_the_earlier_offset(tmp_path):
    skipped, repeated = datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert placed(tmp_path, "2026-03-29 02:30", "2026-10-25 02:30") == ([skipped, repeated], [])


def test_the_order_of_day_and_month_is_what_the_file_says(tmp_path):
    fifth, may = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert placed(tmp_path, "05/01/2026 09:00", "13/01/2026 09:00")[0][0] == fifth
    assert placed(tmp_path, "05/01/2026 9:00:00", "01/13/2026 09:00")[0][0] == may
    assert placed(tmp_path, "05.01.2026 09:00", "31.01.2026 09:00")[0][0] == fifth
    hours = [datetime(2026, 1, 13, hour, 5, tzinfo=UTC) for hour in (16, 11)]
    assert placed(tmp_path, "01/13/2026 5:05:00 PM", "01/13/2026 12:05 pm") == (hours, [])
    assert placed(tmp_path, "01/13/2026 12:30 AM")[0] == [datetime(2026, 1, 12, 23, 30, tzinfo=UTC)]
    assert placed(tmp_path, "01/13/2026 17:05 PM") == ([], [NO_TIME])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("05/01/2026 09:00", "06/01/2026 09:00"), [DAY_OR_MONTH] * 2),
        (("13/01/2026 09:00", "01/13/2026 09:00"), [DAY_OR_MONTH] * 2),
        (("2026-01-05", "soon", "31/02/2026 09:00"), [NO_TIME] * 3),
    ],
)
def test_a_time_with_two_meanings_or_none_is_refused(tmp_path, cells, said):
    assert placed(tmp_path, *cells) == ([], said)
