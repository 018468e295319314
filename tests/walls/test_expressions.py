"""No text makes a regular expression of ours work long: steps are counted as a backtracking matcher takes them."""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from chatbot.answers.engine.topics import expressions_of_topics
from shopconnect.core.languages import LANGUAGES
from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
LENGTH, MOST_STEPS = 100, 400  # characters, and steps for each
FEW_STEPS, MOST_GROWTH = 3, 2.5  # for each character at any length, and of all steps where a text is twice as long
HOSTILE = (
    *("a", "1", " ", "-", ".", "@", "a.", "a@a.", "a1", "1 ", "+1", "(0", "4111-", "=", "\n", "é", "/stop/", "a-"),
    *("aa11" + "a" * 60 + " ", "<script ", "<!--", "</a", "<iframe src='", "https://", "not a ", "not a the "),
)
ENDINGS = ("", '\n!<"')  # what nothing that is repeated takes, so that an expression fails after all of it
ONE_CHARACTER = ("LITERAL", "NOT_LITERAL", "IN", "ANY")
parser, constants = importlib.import_module("re._parser"), importlib.import_module("re._constants")
Items = tuple[tuple[str, Any], ...]


class TooManySteps(Exception):
    """A search went over its steps."""


class Search:
    """A search through a text as Python's own matcher does it, counting each item that is tried at each place."""

    def __init__(self, expression: str, flags: int, text: str) -> None:
        self.items = parsed(expression, flags)
        self.text, self.steps, self.groups = text, 0, dict[int, str]()

    def run(self) -> int:
        """Find every match; returns the steps taken, and raises TooManySteps."""
        at = 0
        while at <= len(self.text):
            at = max(next(self.ends(self.items, at), at), at + 1)
        return self.steps

    def ends(self, items: Items, at: int) -> Iterator[int]:
        if not items:
            yield at
            return
        for end in self.ends_of(*items[0], at):
            yield from self.ends(items[1:], end)

    def ends_of(self, name: str, what: Any, at: int) -> Iterator[int]:
        self.steps += 1
        if self.steps > MOST_STEPS * len(self.text):
            raise TooManySteps
        match name:
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield from self.ends_of_repeat(name == "MAX_REPEAT", *what, at)
            case "BRANCH":
                for branch in what[1]:
                    yield from self.ends(branch, at)
            case "SUBPATTERN":
                for end in self.ends(what[3], at):
                    self.groups[what[0]] = self.text[at:end]
                    yield end
            case "GROUPREF":
                said = self.groups.get(what)  # a group that took no part is found nowhere
                yield from [at + len(said)] * self.text.startswith(said, at) if said is not None else []
            case "ASSERT" | "ASSERT_NOT" | "AT":
                yield from [at] * self.holds(name, what, at)
            case _:
                yield from [at + 1] * (at < len(self.text) and takes(name, what, self.text[at]))

    def holds(self, name: str, what: Any, at: int) -> bool:
        if name == "AT":
            return self.stands(what, at)
        before, items = what
        found = at >= before and any(True for _ in self.ends(items, at - before))
        return found == (name == "ASSERT")

    def ends_of_repeat(self, greedy: bool, least: int, most: int, part: Any, at: int) -> Iterator[int]:
        if len(part) == 1 and part[0][0] in ONE_CHARACTER:
            found = self.count_of(*part[0], at, most)
            counts = range(found, least - 1, -1) if greedy else range(least, found + 1)
            yield from (at + count for count in counts)
            return
        if not greedy and least <= 0:
            yield at
        if most > 0:
            for end in self.ends(part, at):
                if end > at:
                    yield from self.ends_of_repeat(greedy, least - 1, most - 1, part, end)
        if greedy and least <= 0:
            yield at

    def count_of(self, name: str, what: Any, at: int, most: int) -> int:
        count = 0
        while count < most and at + count < len(self.text) and takes(name, what, self.text[at + count]):
            count += 1
        self.steps += count
        return count

    def stands(self, place: str, at: int) -> bool:
        before, after = self.text[max(at - 1, 0) : at], self.text[at : at + 1]
        match place:
            case "AT_BOUNDARY":
                return takes("CATEGORY", "WORD", before) != takes("CATEGORY", "WORD", after)
            case "AT_BEGINNING":
                return before in ("", "\n")
            case "AT_BEGINNING_STRING":
                return not before
        return not after


@cache
def parsed(expression: str, flags: int) -> Items:
    """What Python reads in an expression, as tuples."""
    return plain(parser.parse(expression, flags))


def plain(part: Any) -> Any:
    match part:
        case parser.SubPattern() | list():
            return tuple(plain(one) for one in part)
        case (constants.ASSERT | constants.ASSERT_NOT as name, (direction, items)):
            return str(name), (items.getwidth()[0] if direction < 0 else 0, plain(items))
        case (constants.MAX_REPEAT | constants.MIN_REPEAT as name, (least, most, items)):
            return str(name), (least, int(most), plain(items))
        case tuple():
            return tuple(plain(one) for one in part)
    return str(part) if isinstance(part, type(constants.LITERAL)) else part


@cache
def takes(name: str, what: Any, sign: str) -> bool:
    """Whether an item for one character takes a character."""
    match name:
        case "LITERAL":
            return sign == chr(what)
        case "NOT_LITERAL":
            return sign != chr(what)
        case "RANGE":
            return what[0] <= ord(sign) <= what[1]
        case "IN":
            found = any(takes(*one, sign) for one in what if one[0] != "NEGATE")
            return found != (what[0][0] == "NEGATE")
        case "CATEGORY":
            *no, kind = what.removeprefix("CATEGORY_").split("_")
            found = {"WORD": sign.isalnum() or sign == "_", "DIGIT": sign.isdigit(), "SPACE": sign.isspace()}[kind]
            return found != bool(no)
    assert name == "ANY", name
    return True


def expressions() -> dict[str, int]:
    """Every expression with its flags: given to `re`, of a module, or of a lexicon."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    found = {one: 0 for file in files for one in given_to_re(ast.parse(file.read_text()))}
    for language in LANGUAGES:
        found |= dict.fromkeys(expressions_of_topics(language), 0)
    for module in [module for name, module in sys.modules.items() if name.startswith(PACKAGES)]:
        compiled = {name: one for name, one in vars(module).items() if isinstance(one, re.Pattern)}
        for name, one in compiled.items():
            pattern = one.pattern if isinstance(one.pattern, str) else one.pattern.decode()
            is_whole = f"{name}.fullmatch(" in inspect.getsource(module)
            found[rf"\A(?:{pattern})\Z" if is_whole else pattern] = one.flags & ~re.UNICODE
    return found


def given_to_re(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            named, first = node.func.value, node.args[0]
            searches = isinstance(named, ast.Name) and named.id == "re" and node.func.attr != "compile"
            if searches and isinstance(first, ast.Constant):
                yield first.value


def too_slow(expression: str, flags: int) -> str | None:
    """The first hostile text that makes an expression take more steps than a text of its length may cost."""
    texts = ((part, ending) for part in HOSTILE for ending in ENDINGS)
    return next((part + ending for part, ending in texts if is_slow(expression, flags, part, ending)), None)


def is_slow(expression: str, flags: int, part: str, ending: str) -> bool:
    """Whether twice the text takes well over twice the steps."""
    short, long = ((part * length)[:length] + ending for length in (LENGTH, 2 * LENGTH))
    try:
        steps = Search(expression, flags, short).run()
        return steps > FEW_STEPS * LENGTH and Search(expression, flags, long).run() > MOST_GROWTH * steps
    except TooManySteps:
        return True


@pytest.fixture(autouse=True)
def deep():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50 * LENGTH)
    yield
    sys.setrecursionlimit(before)


def test_no_text_makes_an_expression_take_more_steps_than_its_length_allows():
    slow = {one: found for one, flags in expressions().items() if (found := too_slow(one, flags))}
    assert slow == {}


SLOW = (r"[\w.+-]+@[\w-]+(\.[\w-]+)+", r"\d\d(?:[ -]?[a-z0-9]{1,4}){3,9}(?![a-z0-9])", r"\s+$", r"<!--.*?-->")


@pytest.mark.parametrize("slow", [*SLOW, r"\A(?:(\w+\s?)*)\Z", r"(\w+)=", r"[ \t]+\n", r"\d+\.\d+"])
def test_an_expression_that_grows_faster_than_the_text_is_found(slow):
    assert too_slow(slow, 0)
