"""docs/glossary.md: each word once, in order, and borne by something that is in the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import pytest

from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
ROW = re.compile(r"^\| (.+?) \| (.+?) \| `(.+?)` \|$", re.MULTILINE)
ENTRIES = ROW.findall((ROOT / "docs/glossary.md").read_text(encoding="utf-8"))
WORDS = [word for word, _, _ in ENTRIES]


@lru_cache
def defined() -> dict[str, set[str]]:
    """The names that modules define, by each part of the module's path: "core", "jobs", "work"."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if "migrations" in file.parts or "node_modules" in file.parts:
                continue
            names = set(names_of(ast.parse(file.read_text(encoding="utf-8"))))
            for part in file.relative_to(ROOT).with_suffix("").parts:
                found[part] |= names
    return found


def names_of(block: ast.Module | ast.ClassDef) -> Iterator[str]:
    """The names of a module or class, and of its classes in turn: "Due", "Due.parked_at"."""
    for node in block.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
            yield from (f"{node.name}.{name}" for name in names_of(node))
        elif isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def is_there(bearer: str) -> bool:
    if "/" in bearer:
        return (ROOT / bearer).exists()
    room, _, name = bearer.partition(".")
    return name in defined()[room]


def test_there_are_words():
    lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    assert len(ENTRIES) == len([line for line in lines if line.startswith("| ")]) - 1


def test_words_stand_once_and_in_order():
    assert sorted(set(WORDS), key=str.casefold) == WORDS


@pytest.mark.parametrize(("word", "bearer"), [(word, bearer) for word, _, bearer in ENTRIES], ids=WORDS)
def test_a_word_names_something_that_is_there(word: str, bearer: str):
    assert is_there(bearer), f"{word}: nothing in the code is called {bearer}"


def test_a_name_that_is_nowhere_is_found_out():
    assert not is_there("core.Snark")
    assert not is_there("nowhere.Due")
    assert not is_there("docs/no-such-page.md")
