"""One name, one meaning: a public class or type at module level stands in one module of the three packages."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
DJANGOS = {"Command", "Migration"}  # Django finds these by their name
TYPE_NAME = re.compile(r"[A-Z](?:[A-Za-z0-9]*[a-z][A-Za-z0-9]*)?")  # CamelCase or one letter; constants are CAPITALS
TYPE_VARIABLES = {"TypeVar", "ParamSpec", "TypeVarTuple"}


def names_of(node: ast.stmt) -> list[str]:
    """What a statement calls a class or a type: classes, aliases in all their spellings, TypeVars and NewTypes."""
    if isinstance(node, ast.ClassDef):
        return [node.name]
    targets = {ast.Assign: lambda: node.targets, ast.AnnAssign: lambda: [node.target]}.get(type(node), list)()
    if type(node).__name__ == "TypeAlias":  # `type X = ...`, which Python 3.11 does not parse yet
        targets = [node.name]
    return [name.id for name in targets if isinstance(name, ast.Name) and TYPE_NAME.fullmatch(name.id)]


def types_of(file: Path) -> list[str]:
    """The public classes and types at module level of a file."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [name for node in body for name in names_of(node) if not name.startswith("_") and name not in DJANGOS]


def doubles(files: Iterable[Path]) -> dict[str, list[str]]:
    """The names that more than one module gives to a class or a type, and those modules."""
    places: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for name in types_of(file):
            places[name].append(str(file))
    return {name: modules for name, modules in places.items() if len(modules) > 1}


def public_variables(file: Path) -> list[str]:
    """The type variables of a file that look like types: they mean something in one signature only."""
    calls = [
        (node.targets[0], node.value)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    ]
    names = [target.id for target, call in calls if ast.unparse(call.func).split(".")[-1] in TYPE_VARIABLES]
    return [name for name in names if not name.startswith("_")]


def modules() -> list[Path]:
    files = (file.relative_to(ROOT) for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return sorted(file for file in files if "node_modules" not in file.parts)


def test_the_name_of_a_class_or_type_stands_in_one_module():
    assert doubles(ROOT / file for file in modules()) == {}


def test_type_variables_are_private():
    assert {str(file): found for file in modules() if (found := public_variables(ROOT / file))} == {}


def test_a_second_class_of_that_name_is_found_out(tmp_path):
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text("class Order: ...\nclass Command: ...\nclass _Row: ...\nclass Line: ...\n")
    second.write_text("class Order: ...\nclass Command: ...\nclass _Row: ...\n\n\ndef make():\n    class Line: ...\n")
    assert doubles([first, second]) == {"Order": [str(first), str(second)]}


def test_a_type_of_that_name_is_found_out_however_it_is_spelt(tmp_path):
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    names = ("Answer", "View", "Item", "Meter", "Row", "Pair", "T")
    first.write_text("".join(f"class {name}: ...\n" for name in names) + "MOST = 3\n_Hidden = int\n")
    second.write_text(
        "Answer = Callable[[int], str]\n"
        "View: TypeAlias = int | str\n"
        'Item = TypeVar("Item")\n'
        'Meter = NewType("Meter", str)\n'
        "class Row(NamedTuple): ...\n"
        'Pair = namedtuple("Pair", "a b")\n'
        'T = typing.TypeVar("T")\n'
        "MOST = 4\n_Hidden = str\n"
    )
    assert doubles([first, second]) == {name: [str(first), str(second)] for name in names}
    assert public_variables(second) == ["Item", "T"]
