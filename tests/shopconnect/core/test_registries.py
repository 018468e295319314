"""What is entered in registries for a while is forgotten after it, and what was taken out is there again."""

import pytest

from shopconnect.core.registries import put_back, registry


def test_what_is_entered_meanwhile_is_forgotten_whatever_happens():
    named, listed = registry({"tea": 1}), registry(["tea"])
    with pytest.raises(ValueError, match="no"), put_back():
        named.pop("tea")
        named["coffee"] = 2
        listed[:] = ["coffee", "milk"]
        raise ValueError("no")
    assert (named, listed) == ({"tea": 1}, ["tea"])


def test_a_registry_that_comes_up_meanwhile_keeps_what_is_in_it():
    with put_back():
        late = registry({})
        late["tea"] = 1
    assert late == {"tea": 1}
