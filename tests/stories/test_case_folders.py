"""Folders as merchants are known to bring them, each with what must come of it, and a real shop of two years.

They lie beside the checkout, in `../shared/cases/folders` and `../shared/data`; where those are absent, these tests
are skipped.
"""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.shopconnect.sync.folders import files_of

SHARED = settings.BASE_DIR.parent / "shared"
CASES = SHARED / "cases" / "folders"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="The folders of cases are not beside the checkout.")

YEARS = '"created_at" must be between the years 1990 and 2200.'
NO_SUCH_PRODUCT = "The shop has no such product or variant."
SECOND_PRICE = "A different price is already known for the same moment."
UNMATCHED = (
    "Lines that match no product of the shop: 120; orders with such lines: 60. They count towards totals, but the "
    "model doesn’t use them."
)
SKIPPED = "Skipped: neither its name nor its columns match a file or an export that we know."
# The folder's own explanation is no file of a shop, and is named as such.
README = ("README", SKIPPED)


class Expected(NamedTuple):
    """What comes of a case: files' lines that come in and that are left out, and what is told of lines and files."""

    counts: dict[str, tuple[int, int]]
    problems: tuple[tuple[str, int, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = (README,)


EXPECTED = {
    "01-orders-without-customers-file": Expected({"products": (40, 0), "orders": (300, 0)}),
    "02-order-in-the-future": Expected(
        {"products": (40, 0), "customers": (40, 0), "orders": (301, 0)},
        notes=(README, ("orders", "Orders dated in the future: 1. The model doesn’t use them.")),
    ),
    "03-setting-with-a-fraction": Expected({"settings": (1, 0), "products": (1, 0)}),
    "04-price-and-stock-of-next-year": Expected({"products": (1, 0), "prices": (1, 0), "stock": (1, 0)}),
    "05-empty-text-is-nothing": Expected({"products": (16, 0), "customers": (2, 0), "orders": (4, 0)}),
    "06-lines-of-unknown-products": Expected(
        {"products": (2, 0), "orders": (60, 0)}, notes=(README, ("orders", UNMATCHED))
    ),
    "07-prices-of-unknown-products": Expected(
        {"products": (1, 0), "prices": (1, 2), "stock": (0, 1)},
        problems=(("prices", 1, NO_SUCH_PRODUCT), ("prices", 3, SECOND_PRICE), ("stock", 1, NO_SUCH_PRODUCT)),
    ),
    "12-times": Expected({"products": (5, 0)}, problems=(("products", 2, YEARS), ("products", 3, YEARS))),
    "14-file-names": Expected(
        {"products": (1, 0)},
        notes=tuple(
            (name, SKIPPED) for name in ("Orders.jsonl", "README", "customers.json", "order.jsonl", "orders_export.csv")
        ),
    ),
}
EMPTY_SHOP = "11-shop-without-products"


def ask(capsys: Any, *arguments: str | Path) -> dict[str, Any]:
    """Run a command, and return the one object that it prints."""
    call_command(*map(str, arguments), "--json", verbosity=0)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def told(report: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return what a report tells of lines, and of whole files."""
    problems = [(problem["file"], problem["line"], problem["sentence"]) for problem in report["problems"]]
    return problems, [(note["file"], note["sentence"]) for note in report["notes"]]


def counted(report: dict[str, Any], key: str) -> dict[str, tuple[int, int]]:
    """Return how many lines of each file but the shop's came in, and how many were left out."""
    return {file: (count[key], count["bad"]) for file, count in report["counts"].items() if file != "shop"}


def test_each_folder_has_its_expected_result():
    assert {path.name for path in CASES.iterdir()} == {*EXPECTED, EMPTY_SHOP}


@pytest.mark.parametrize("case", EXPECTED)
def test_a_folder_comes_in_as_expected_once_and_whole(db, capsys, tmp_path, case):
    expected = EXPECTED[case]
    loaded = ask(capsys, "load_shop", "first", CASES / case)
    assert counted(loaded, "new") == expected.counts
    assert told(loaded) == (list(expected.problems), list(expected.notes))
    again = ask(capsys, "load_shop", "first", CASES / case)
    assert [(count["new"], count["changed"]) for count in again["counts"].values()] == [(0, 0)] * len(again["counts"])
    ask(capsys, "export_shop", "first", tmp_path / "out")
    ask(capsys, "load_shop", "second", tmp_path / "out")
    ask(capsys, "export_shop", "second", tmp_path / "out again")
    assert files_of(tmp_path / "out again") == files_of(tmp_path / "out")


@pytest.mark.parametrize("case", EXPECTED)
def test_a_check_tells_beforehand_what_comes_in(db, capsys, case):
    expected = EXPECTED[case]
    checked = ask(capsys, "load_shop", "first", CASES / case, "--check")
    # A check holds no line against another: which of two prices of a moment counts is told by the load.
    contradicted = [problem for problem in expected.problems if problem[2] == SECOND_PRICE]
    counts = dict(expected.counts)
    for file, _line, _sentence in contradicted:
        counts[file] = (counts[file][0] + 1, counts[file][1] - 1)
    assert counted(checked, "read") == counts
    assert told(checked) == (sorted({*expected.problems} - {*contradicted}), list(expected.notes))
    with pytest.raises(CommandError, match="There is no shop named first"):
        call_command("export_shop", "first", "out")


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_folder_without_a_readable_product_is_no_shop(db, options):
    with pytest.raises(CommandError, match="No product can be read. products.jsonl, line 1: The line isn’t valid"):
        call_command("load_shop", "first", str(CASES / EMPTY_SHOP), *options, verbosity=0)
    with pytest.raises(CommandError, match="There is no shop named first"):
        call_command("export_shop", "first", "out")


def test_buyers_count_who_are_named_by_orders_alone(db, capsys):
    ask(capsys, "load_shop", "first", CASES / "01-orders-without-customers-file")
    assert ask(capsys, "evaluate", "first", "products", "--task", "next-all")["cases"] == 32


def test_an_order_of_2099_changes_no_figure_and_no_shelf(db, capsys, tmp_path):
    case = CASES / "02-order-in-the-future"
    without = Path(shutil.copytree(case, tmp_path / "without"))
    lines = (case / "orders.jsonl").read_text().splitlines(keepends=True)
    (without / "orders.jsonl").write_text("".join(line for line in lines if '"2099-' not in line))
    found = {}
    for name, folder in (("first", case), ("second", without)):
        ask(capsys, "load_shop", name, folder)
        found[name] = ask(capsys, "evaluate", name, "products", "--task", "next-all")
    assert found["first"]["cases"] == 32
    assert figures(found["first"]) == figures(found["second"])


def figures(found: dict[str, Any]) -> dict[str, Any]:
    """Return what an evaluation found, without what it cost."""
    costs = {"train_cpu_seconds", "milliseconds_p50", "milliseconds_p99"}
    models = {
        name: {key: value for key, value in of_model.items() if key not in costs}
        for name, of_model in found["models"].items()
    }
    return {**found, "models": models}


def test_whose_lines_name_no_product_hears_it_from_training_and_evaluation(db, capsys):
    ask(capsys, "load_shop", "first", CASES / "06-lines-of-unknown-products")
    out = StringIO()
    call_command("train", "first", stdout=out, stderr=StringIO())
    assert "120 lines name no product of the shop, and nothing was learnt from them." in out.getvalue()
    with pytest.raises(CommandError, match="120"):
        call_command("evaluate", "first", "products", "--task", "next-all", stderr=StringIO())


def test_two_years_of_a_wholesaler_are_read_to_the_last_line(db, capsys):
    checked = ask(capsys, "load_shop", "first", SHARED / "data" / "online_retail_ii", "--check")
    assert counted(checked, "read") == {"products": (4_707, 0), "customers": (5_874, 0), "orders": (46_914, 0)}
    assert told(checked) == ([], [])
