"""What was learnt before is served again when an operator says so."""

import io

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from shopconnect.core.artefacts import store


def said(*asked):
    out = io.StringIO()
    call_command("rollback", *asked, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("room", ["products", "catalogue"])
def test_going_back_says_to_what(shop, room):
    store.erase(shop)
    first, _second = (store.save(shop, room, {"a": np.array([number])}, {}) for number in (1, 2))
    assert first in said("first", *([room] if room != "products" else []))
    assert store.load(shop, room).version == first
    store.erase(shop)


def test_there_may_be_nothing_to_go_back_to(shop):
    store.erase(shop)
    with pytest.raises(CommandError, match="no shop named nobody"):
        said("nobody")
    with pytest.raises(CommandError, match="no good version of products"):
        said("first")
