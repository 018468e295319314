"""One name, one class: a public class at module level stands in one module of the three packages."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
DJANGOS = {"Command", "Migration"}  # Django finds these by their name


def classes_of(file: Path) -> list[str]:
    """The public classes at module level of a file."""
    found = [node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    return [name for name in found if not name.startswith("_") and name not in DJANGOS]


def doubles(files: Iterable[Path]) -> dict[str, list[str]]:
    """The names that more than one module gives to a class, and those modules."""
    places: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for name in classes_of(file):
            places[name].append(str(file))
    return {name: modules for name, modules in places.items() if len(modules) > 1}


def modules() -> list[Path]:
    files = (file.relative_to(ROOT) for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return sorted(file for file in files if "node_modules" not in file.parts)


def test_a_class_name_stands_in_one_module():
    assert doubles(ROOT / file for file in modules()) == {}


def test_a_second_class_of_that_name_is_found_out(tmp_path):
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text("class Order: ...\nclass Command: ...\nclass _Row: ...\nclass Line: ...\n")
    second.write_text("class Order: ...\nclass Command: ...\nclass _Row: ...\n\n\ndef make():\n    class Line: ...\n")
    assert doubles([first, second]) == {"Order": [str(first), str(second)]}
