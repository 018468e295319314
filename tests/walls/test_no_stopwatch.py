"""A test waits for what it looks at and never measures seconds: what is soon enough here is too late elsewhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.servers import ROOT

STOPWATCHES = {
    "getrusage",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "process_time",
    "process_time_ns",
    "ru_maxrss",
    "sleep",
    "thread_time",
    "thread_time_ns",
    "wait_for_function",  # its second look is an `eval`, which our pages forbid: until_true looks from outside
    "wait_for_timeout",
}
ANYBODYS = ("ru_maxrss", "wait_for_function", "wait_for_timeout")
MODULES = {"time", "resource", "page", "self"}
# Where time is kept: how tests wait, and the double's own clocks. Soak measures, and pictures are no tests.
KEEPERS = {
    "tests/waiting.py",
    "tests/browser/waiting.py",
    "tests/doubles/shopify/__main__.py",
    "tests/doubles/shopify/costs.py",
    "tests/doubles/shopify/webhooks.py",
    "tests/doubles/woocommerce/__main__.py",
    "tests/peers/node.py",
}
LEAST_SECONDS, LEAST_MILLISECONDS = 60, 60_000  # a ceiling below these ends tests that only were slow
WAITS = {"wait", "join", "result", "communicate"}


def files() -> Iterator[Path]:
    for file in sorted((ROOT / "tests").rglob("*.py")):
        place = str(file.relative_to(ROOT))
        is_apart = place.startswith("tests/soak/") or file.name.endswith("pictures.py") or "node_modules" in place
        if place not in KEEPERS and not is_apart:
            yield file


def stopwatches(tree: ast.AST) -> Iterator[str]:
    """Yield each use of a clock by which seconds are measured, and each pause of a fixed length."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in STOPWATCHES and _is_clock(node.value, node.attr):
            yield f"{node.lineno}: {node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "resource"):
            yield from (f"{node.lineno}: {one.name}" for one in node.names if one.name in STOPWATCHES)


def _is_clock(value: ast.expr, attribute: str) -> bool:
    return attribute in ANYBODYS or (isinstance(value, ast.Name) and value.id in MODULES)


def low_ceilings(tree: ast.AST) -> Iterator[str]:
    """Yield each wait for something that is given up after less than a minute."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        waits = isinstance(node.func, ast.Attribute) and node.func.attr in WAITS
        for given in [*(node.args[:1] if waits else ()), *(one.value for one in node.keywords if one.arg == "timeout")]:
            if isinstance(given, ast.Constant) and isinstance(given.value, int | float) and _is_low(given.value):
                yield f"{node.lineno}: {given.value}"


def _is_low(ceiling: float) -> bool:
    return 0 < ceiling < (LEAST_MILLISECONDS if ceiling >= 1000 else LEAST_SECONDS)


def found_by(look) -> dict[str, list[str]]:
    return {
        str(file.relative_to(ROOT)): found for file in files() if (found := list(look(ast.parse(file.read_text()))))
    }


def test_no_test_measures_seconds_or_pauses():
    assert found_by(stopwatches) == {}


def test_no_test_gives_up_within_a_minute():
    assert found_by(low_ceilings) == {}


def test_a_stopwatch_and_a_low_ceiling_are_found():
    planted = """
import time
from time import perf_counter
began = time.monotonic()
assert perf_counter() - began < 1
page.wait_for_timeout(300)
page.wait_for_function("ready")
worker.wait(10)
event.wait(timeout=0.5)
locator.wait_for(timeout=20_000)
"""
    assert len(list(stopwatches(ast.parse(planted)))) == 4
    assert list(low_ceilings(ast.parse(planted))) == ["8: 10", "9: 0.5", "10: 20000"]
