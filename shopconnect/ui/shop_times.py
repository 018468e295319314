"""When things last happened in a shop, in one form wherever that is told: each room enters its times here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from shopconnect.core.registries import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTime:
    """When something last happened, None for never; only the day where no more is known.

    `note` is a word on what is going on, such as "failed", and `tone` its colour: warning or bad.
    """

    at: datetime | date | None
    note: str = ""
    tone: str = ""

    @property
    def is_day(self) -> bool:
        """Say whether no more than the day is known."""
        return not isinstance(self.at, datetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTimeSource:
    """A time as its room registered it."""

    title: Promise
    read: Callable[[], ShopTime]
    is_of_shoppers: bool
    order: int


_sources: dict[str, ShopTimeSource] = registry({})


def register_shop_time(
    name: str, title: Promise, read: Callable[[], ShopTime], *, is_of_shoppers: bool = False, order: int
) -> None:
    """Enter a time; `read` is called in the shop's scope, and the lowest `order` stands first.

    That shoppers last saw something is told on home alone, and is how home knows that the shop is served.
    """
    _sources[name] = ShopTimeSource(title=title, read=read, is_of_shoppers=is_of_shoppers, order=order)


def shop_times(*, of_shoppers: bool) -> list[tuple[str, ShopTime]]:
    """Return the times of the shop in scope, in order, each with its title: those of shoppers, or all others."""
    sources = sorted(_sources.values(), key=lambda one: one.order)
    return [(str(one.title), one.read()) for one in sources if one.is_of_shoppers == of_shoppers]
