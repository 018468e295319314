"""Entering the invented platform for one test."""

import pytest

import tests.connectors.dummy
from shopconnect.connectors import registry
from shopconnect.connectors.registry import find_platform
from shopconnect.platforms import registry as platforms_registry
from shopconnect.shops import admin_addresses
from shopconnect.widgets import storefronts
from tests.connectors.dummy.apps import DummyConfig
from tests.connectors.dummy.platform import NAME, Dummy


def enter_platform(monkeypatch: pytest.MonkeyPatch) -> Dummy:
    """Enter it by its own AppConfig; it is taken out again with the test's other changes."""
    for module, name in (
        (registry, "_descriptors"),
        (registry, "_platforms"),
        (platforms_registry, "_urls"),
        (admin_addresses, "_addresses"),
        (storefronts, "_guides"),
    ):
        monkeypatch.setattr(module, name, dict(getattr(module, name)))
    DummyConfig("tests.connectors.dummy", tests.connectors.dummy).ready()
    platform = find_platform(NAME)
    assert isinstance(platform, Dummy)
    return platform
