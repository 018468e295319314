"""Tests use doors and public names, not a module's private parts; what still reaches in is counted, and grows less."""

import ast
from collections.abc import Iterator

from tests.servers import ROOT

OURS = ("shopconnect", "recommender", "chatbot")
PATCHES = {"setattr", "setitem", "delattr", "delitem", "object"}
# How often each file still reaches in. Take a line out, or lower it, when you find another way; add none.
STILL: dict[str, int] = {
    "tests/chatbot/answers/test_folder.py": 2,
    "tests/chatbot/answers/test_services.py": 4,
    "tests/chatbot/answers/test_widget.py": 6,
    "tests/recommender/products/test_apart.py": 1,
    "tests/recommender/products/test_buyer_signals.py": 1,
    "tests/recommender/products/test_ready.py": 5,
    "tests/recommender/products/test_reasons.py": 1,
    "tests/recommender/products/test_rules.py": 2,
    "tests/shopconnect/api/test_description.py": 2,
    "tests/shopconnect/api/test_rest.py": 1,
    "tests/shopconnect/core/test_artefacts.py": 22,
    "tests/shopconnect/core/test_broker.py": 1,
    "tests/shopconnect/core/test_memory.py": 2,
    "tests/shopconnect/core/test_metrics.py": 2,
    "tests/shopconnect/core/test_seals.py": 6,
    "tests/shopconnect/core/test_tasks.py": 4,
    "tests/shopconnect/experiments/test_counting.py": 1,
    "tests/shopconnect/demo/test_shoppers.py": 1,
    "tests/shopconnect/demo/test_storefront.py": 2,
    "tests/shopconnect/orders/test_histories.py": 1,
    "tests/shopconnect/privacy/test_requests.py": 1,
    "tests/shopconnect/shops/test_erasure.py": 1,
    "tests/shopconnect/shops/test_installs.py": 1,
    "tests/shopconnect/platforms/shopify/test_tokens.py": 1,
    "tests/shopconnect/sync/conftest.py": 1,
    "tests/shopconnect/sync/test_backfill.py": 2,
    "tests/shopconnect/sync/test_inbox_failures.py": 1,
    "tests/shopconnect/sync/test_late_uninstalls.py": 1,
    "tests/shopconnect/sync/test_load_folder.py": 2,
    "tests/shopconnect/sync/test_reconcile.py": 2,
    "tests/shopconnect/sync/test_storing.py": 1,
    "tests/shopconnect/widgets/test_loader.py": 2,
    "tests/soak/test_bench.py": 1,
    "tests/shopconnect/ui/test_navigation.py": 2,
}


def names_of_ours(tree: ast.AST) -> set[str]:
    """Return the names under which a file knows our modules and what is in them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS):
            found |= {one.asname or one.name for one in node.names}
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in ("_meta", "_state")


def reaches(tree: ast.AST) -> Iterator[str]:
    """Yield each private name of a module of ours that a file imports, asks for, or puts something else in place of."""
    ours = names_of_ours(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS):
            yield from (f"{node.lineno}: {one.name}" for one in node.names if is_private(one.name))
        if isinstance(node, ast.Attribute) and is_private(node.attr) and _root(node.value) in ours:
            yield f"{node.lineno}: {node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PATCHES:
            named = [one.value for one in node.args[1:2] if isinstance(one, ast.Constant)]
            yield from (f"{node.lineno}: {one}" for one in named if isinstance(one, str) and is_private(one))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def found() -> dict[str, int]:
    counts = {}
    for file in sorted((ROOT / "tests").rglob("*.py")):
        place = str(file.relative_to(ROOT))
        if "node_modules" not in place and (count := len(list(reaches(ast.parse(file.read_text()))))):
            counts[place] = count
    return counts


def test_no_test_reaches_into_a_modules_private_parts():
    assert found() == STILL


def test_each_way_to_reach_in_is_found():
    planted = """
from shopconnect.core import broker
from shopconnect.core.rest.limits import _Memory
broker._sender().conf
broker._local.producer
monkeypatch.setattr(broker, "_throttle", None)
broker.wake
"""
    assert len(list(reaches(ast.parse(planted)))) == 4
