"""The ways in which somebody without a shop gets one; each room that has a way registers it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from shopconnect.core.registries import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """A way to a shop: what it is called, what it takes, and where it begins ("" while nobody can go it)."""

    title: Promise
    explanation: Promise
    find_url: Callable[[], str]
    order: int

    @property
    def url(self) -> str:
        """Return where it begins."""
        return self.find_url()


_steps: dict[str, FirstStep] = registry({})


def register_first_step(
    name: str, title: Promise, explanation: Promise, find_url: Callable[[], str], *, order: int
) -> None:
    """Enter a way to a shop; the lowest `order` stands first, and a second entry of one name replaces the first."""
    _steps[name] = FirstStep(title=title, explanation=explanation, find_url=find_url, order=order)


def list_first_steps() -> list[FirstStep]:
    """Return the ways to a shop that can be gone now, in order."""
    return sorted((step for step in _steps.values() if step.url), key=lambda step: step.order)
