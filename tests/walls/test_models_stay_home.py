"""Only a room's own files import its models: strangers use its types, selectors and services."""

from functools import lru_cache

import grimp
import pytest

PACKAGES = ("shopconnect", "recommender", "chatbot")


@lru_cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def rooms_with_models() -> list[str]:
    return sorted(name.removesuffix(".models") for name in graph().modules if name.endswith(".models"))


@pytest.mark.parametrize("room", rooms_with_models())
def test_only_the_room_itself_imports_its_models(room):
    models = {name for name in graph().modules if name == f"{room}.models" or name.startswith(f"{room}.models.")}
    strangers = {
        importer
        for model in models
        for importer in graph().find_modules_that_directly_import(model)
        if importer != room and not importer.startswith(f"{room}.")
    }
    assert sorted(strangers) == []


def test_there_are_rooms_to_look_at():
    assert {"shopconnect.shops", "shopconnect.catalog", "shopconnect.orders"} <= set(rooms_with_models())


@pytest.mark.parametrize("library", ["numpy", "scipy", "lightfm"])
def test_numbers_are_crunched_in_engines_only(library):
    whole = grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    if library not in whole.modules:
        pytest.fail(f"Nothing imports {library}: take it out of this test.")
    allowed = {"shopconnect.core.artefacts.arrays"}
    strangers = {
        name
        for name in whole.find_modules_that_directly_import(library)
        if name not in allowed and "engine" not in name.split(".")
    }
    assert sorted(strangers) == []
