"""Files and functions stay small, and nothing is named after having no name."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.servers import ROOT

MOST_LINES, MOST_LINES_A_FUNCTION = 400, 50
PACKAGES = ("shopconnect", "recommender", "chatbot", "tests")
BAD_FILES = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers", "tools"}
BAD_STARTS = ("handle_", "process_", "do_")
# Names that a framework or the standard library asks for.
ASKED_FOR = {"do_GET", "do_POST", "process_view", "handle_starttag", "handle_endtag", "handle_data"}


def files() -> Iterator[Path]:
    yield ROOT / "manage.py"
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if file.parent.name != "migrations" and "node_modules" not in file.parts:
                yield file


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_stay_under_400_lines():
    long = {str(f.relative_to(ROOT)): n for f in files() if (n := len(f.read_text().splitlines())) >= MOST_LINES}
    assert long == {}


def test_functions_stay_under_50_lines():
    long = {
        f"{file.relative_to(ROOT)}:{function.name}": lines
        for file in files()
        for function in functions(file)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) >= MOST_LINES_A_FUNCTION
    }
    assert long == {}


def test_no_file_is_a_drawer_for_the_rest():
    assert [str(file.relative_to(ROOT)) for file in files() if file.stem in BAD_FILES] == []


def test_no_function_is_named_for_doing_something_or_other():
    vague = [
        f"{file.relative_to(ROOT)}:{function.name}"
        for file in files()
        for function in functions(file)
        if function.name.lstrip("_").startswith(BAD_STARTS) and function.name not in ASKED_FOR
    ]
    assert vague == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(file.relative_to(ROOT))
        for file in files()
        if "tests" not in file.parts and file.read_text().strip() and not ast.get_docstring(parsed(file))
    ]
    assert silent == []


def test_what_makes_a_package_holds_its_sentence_and_nothing_else():
    full = [
        str(file.relative_to(ROOT))
        for file in files()
        if file.name == "__init__.py" and "tests" not in file.parts and file.parent.name != "engine"
        if len(parsed(file).body) > 1
    ]
    assert full == []
