"""Tests use views and public names, not a module's private parts."""

import ast
from collections.abc import Iterator

from tests.servers import ROOT

OURS = ("shopconnect", "recommender", "chatbot")
PATCHES = {"setattr", "setitem", "delattr", "delitem", "object"}


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


def test_no_test_reaches_into_a_modules_private_parts():
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if "node_modules" not in file.parts]
    found = [f"{file.relative_to(ROOT)}:{reach}" for file in files for reach in reaches(ast.parse(file.read_text()))]
    assert found == [], "Test through a view or a public name."


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
