"""What the tests of experiments share: nothing remembered, nothing in Redis, an owner."""

from collections.abc import Iterator

import pytest

from shopconnect.core.cache.redis import client
from shopconnect.experiments.services import configs
from shopconnect.widgets import counts, limits
from shopconnect.widgets.services import fronts


@pytest.fixture(autouse=True)
def _fresh(settings) -> Iterator[None]:
    settings.HOLD_OUT_PERCENT = 5
    for memory in (configs, fronts, limits, counts):
        memory.forget()
    client().flushdb()
    yield
    for memory in (configs, fronts, limits, counts):
        memory.forget()
