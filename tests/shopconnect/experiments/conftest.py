"""What the tests of experiments share: nothing remembered, nothing in Redis, an owner."""

import pytest


@pytest.fixture(autouse=True)
def _a_hold_out(settings) -> None:
    settings.HOLD_OUT_PERCENT = 5
