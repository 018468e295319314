"""What plans count: each room registers what it gives away, and how much of it each plan holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from shopconnect.billing.types import Meter
from shopconnect.core.registries import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEntry:
    """A meter as it was registered."""

    label: Promise
    most: Mapping[str, int]


_meters: dict[Meter, MeterEntry] = registry({})


def register_meter(name: Meter, label: Promise, most: Mapping[str, int]) -> None:
    """Enter what a room counts, and how much of it a month each plan holds, by the plan's handle.

    A plan that is not named holds it without end.
    """
    _meters[name] = MeterEntry(label=label, most=most)


def meters() -> Mapping[Meter, MeterEntry]:
    """Return every meter, in the order of INSTALLED_APPS."""
    return _meters


def meter_word(name: str) -> str:
    """Return what a meter counts, in the active language."""
    entry = _meters.get(Meter(name))
    return str(entry.label) if entry else name
