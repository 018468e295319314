"""How ready each capability of a shop is: each room enters its light here, from its AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId


class LightColour(StrEnum):
    """Green: it gives advice; amber: it does, and could be better; red: it gives none."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class LightReason:
    """Why a light is not green, in numbers, and where that is mended: an address, and what its link says."""

    sentence: str
    url: str
    action: str
    stops: bool = False  # whether nothing can be advised because of it


@dataclass(frozen=True, slots=True)
class Light:
    """What stands in the way of a capability; `summary` says what it gives today."""

    summary: str
    reasons: tuple[LightReason, ...]

    @property
    def colour(self) -> LightColour:
        """Return red where a reason stops all advice, amber where there is any, else green."""
        if any(reason.stops for reason in self.reasons):
            return LightColour.RED
        return LightColour.AMBER if self.reasons else LightColour.GREEN


@dataclass(frozen=True, slots=True)
class LightSource:
    """A capability as its room registered it."""

    name: str
    title: Promise
    read: Callable[[ShopId], Light]
    order: int


_sources: dict[str, LightSource] = registry({})


def register_light(name: str, title: Promise, read: Callable[[ShopId], Light], *, order: int) -> None:
    """Enter a capability; `read` is called outside the shop's scope, and the lowest `order` stands first."""
    _sources[name] = LightSource(name, title, read, order)


def light_sources() -> list[LightSource]:
    """Return the capabilities in their order."""
    return sorted(_sources.values(), key=lambda one: one.order)
