"""The hand-written words of the demo shop, read from `texts`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parent.parent / "texts"
LANGUAGES = ("fr", "en")

Words = dict[str, str]  # the same thing said in each language


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of the range: its name, four inks for drawings (main, dark, light, accent), a sentence."""

    key: str
    names: Words
    inks: tuple[str, ...]
    style: str
    phrases: Words


@dataclass(frozen=True, slots=True)
class Variety:
    """What tells one product of a kind from the next; `named` when it is a scent or a wood and not a colour."""

    colour: Colour
    names: Words
    named: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One size or format; `price` multiplies the product's price, `weight` is its share of sales."""

    names: Words
    price: float
    weight: float


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of product, such as bowls: five products are made of each."""

    key: str
    category: str
    categories: Words
    shelves: Words
    titles: Words
    texts: Words
    price: tuple[float, float]
    vendor: str
    varieties: tuple[Variety, ...]
    options: tuple[Option, ...]
    again_days: int
    season: str
    goes_with: tuple[str, ...]
    appeal: float
    tags: tuple[str, ...]


def read_lines(name: str) -> Iterator[dict[str, Any]]:
    """The objects of one JSON Lines file of `texts`."""
    with (TEXTS / name).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


@cache
def colours() -> dict[str, Colour]:
    """The colours of the range by key."""
    return {
        row["key"]: Colour(row["key"], _words(row), tuple(row["inks"]), row["style"], row["phrase"])
        for row in read_lines("colours.jsonl")
    }


@cache
def kinds() -> tuple[Kind, ...]:
    """The sixty kinds of products, by category."""
    categories = {row["key"]: _words(row) for row in read_lines("categories.jsonl")}
    options = {
        row["key"]: tuple(Option(_words(value), value["price"], value["weight"]) for value in row["values"])
        for row in read_lines("options.jsonl")
    }
    return tuple(_kind(row, categories, options) for row in read_lines("kinds.jsonl"))


def faq() -> Iterator[dict[str, Any]]:
    """The forty entries of the FAQ, in French, then in English."""
    for language in LANGUAGES:
        yield from read_lines(f"faq_{language}.jsonl")


def messages() -> Iterator[dict[str, Any]]:
    """Invented shopper messages with the entry that answers them, or null where a person should."""
    for language in LANGUAGES:
        yield from read_lines(f"messages_{language}.jsonl")


def _words(row: dict[str, Any]) -> Words:
    return {language: row[language] for language in LANGUAGES}


def _kind(row: dict[str, Any], categories: dict[str, Words], options: dict[str, tuple[Option, ...]]) -> Kind:
    return Kind(
        key=row["kind"],
        category=row["category"],
        categories=categories[row["category"]],
        shelves={language: row[language]["shelf"] for language in LANGUAGES},
        titles={language: row[language]["title"] for language in LANGUAGES},
        texts={language: row[language]["text"] for language in LANGUAGES},
        price=(float(row["price"][0]), float(row["price"][1])),
        vendor=row["vendor"],
        varieties=tuple(_variety(one) for one in row["varieties"]),
        options=options.get(row["options"], ()),
        again_days=row["again_days"],
        season=row["season"],
        goes_with=tuple(row["goes_with"]),
        appeal=row["appeal"],
        tags=tuple(row["tags"]),
    )


def _variety(row: dict[str, str]) -> Variety:
    colour = colours()[row["colour"]]
    named = "fr" in row
    return Variety(colour, _words(row) if named else colour.names, named)
