"""docs/house.md and the tree agree: rooms, parts, files, floors, registries and walls are as the page says."""

import importlib
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
MOST_FILES = 22
PAGE = (ROOT / "docs/house.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+?) \|", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
SIDE_FOLDERS = {"migrations", "management", "templatetags", "locale", "static", "formats"}


def section(title: str) -> str:
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/house.md has no section {title}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """What stands in code in the first column of a section's tables."""
    return list(chain.from_iterable(CODE.findall(cell) for cell in ROW.findall(text)))


def packages_in(folder: Path) -> Iterator[Path]:
    for child in sorted(folder.iterdir()):
        if (child / "__init__.py").is_file() and child.name not in SIDE_FOLDERS:
            yield child


def rooms() -> list[str]:
    return [f"{package}/{room.name}" for package in PACKAGES for room in packages_in(ROOT / package)]


def floors() -> list[list[str]]:
    block = re.search(r"```text\n(.*?)```", section("Floors"), re.DOTALL)
    assert block
    return [re.split(r" [|:] ", line) for line in block[1].splitlines()]


def layers() -> list[list[str]]:
    """The floors that import-linter keeps, by the first contract of pyproject.toml; those not built yet left out."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    kept = next(one["layers"] for one in contracts if one["type"] == "layers" and "containers" not in one)
    found = [[name.strip("() ") for name in re.split("[|:]", layer)] for layer in kept]
    built = [[name.removeprefix("shopconnect.") for name in layer if is_built(name)] for layer in found]
    return [layer for layer in built if layer]


def is_built(module: str) -> bool:
    place = ROOT / module.replace(".", "/")
    return place.is_dir() or place.with_suffix(".py").is_file()


def test_every_room_stands_in_the_table_and_every_row_is_a_room():
    named = [name for name in first_cells(section("Rooms")) if not name.startswith("core/")]
    assert len(named) == len(set(named))
    assert sorted(named) == sorted(rooms())


def test_every_part_of_core_stands_in_the_table():
    named = [name for name in first_cells(section("Rooms")) if name.startswith("core/")]
    assert sorted(named) == sorted(f"core/{part.name}" for part in packages_in(ROOT / "shopconnect/core"))


def test_every_room_says_what_it_is_for():
    silent = [room for room in rooms() if not (ROOT / room / "__init__.py").read_text(encoding="utf-8").strip()]
    assert silent == []


def test_every_file_of_a_room_that_is_explained_stands_in_some_room():
    names = [name.rstrip("/") for name in first_cells(section("Files of a room"))]
    assert [name for name in names if not any(ROOT.glob(f"*/*/{name}"))] == []


def test_no_folder_is_crowded():
    counts = {
        str(folder.relative_to(ROOT)): len(list(folder.glob("*.py")))
        for package in PACKAGES
        for folder in (ROOT / package).rglob("*")
        if folder.is_dir() and folder.name != "migrations" and "node_modules" not in folder.parts
    }
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}


def test_every_room_stands_on_one_floor():
    named = list(chain.from_iterable(floors()))
    assert len(named) == len(set(named))
    tops = {"recommender", "chatbot"}
    below = [room.removeprefix("shopconnect/") for room in rooms() if room.split("/")[0] not in tops]
    modules = {name for name in named if (ROOT / f"shopconnect/{name}.py").is_file()}
    assert sorted(set(named) - modules) == sorted({*below, *tops})


def test_the_floors_are_those_that_the_import_contract_keeps():
    assert [sorted(layer) for layer in layers()] == [sorted(floor) for floor in floors()]


@pytest.mark.parametrize("name", CODE.findall("".join(re.findall(r"\|[^|]*\|$", section("Registries"), re.MULTILINE))))
def test_every_registry_that_is_named_is_there(name: str):
    module, _, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(f"shopconnect.{module}"), function))


def test_every_wall_test_is_named_and_every_name_is_a_test():
    files = {file.name for file in Path(__file__).parent.glob("test_*.py")}
    assert sorted(first_cells(section("Tests that hold the walls"))) == sorted(files)


def test_every_path_that_the_page_names_is_there():
    named = [name for name in CODE.findall(PAGE) if re.fullmatch(r"[a-z_]+(/[a-z_.-]+)+", name)]
    places = (ROOT, ROOT / "shopconnect")
    assert [name for name in named if not any((place / name).exists() for place in places)] == []
