"""How the widgets come to the storefront of a platform that has a way of its own; platforms enter themselves here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shopconnect.core.registries import registry


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontGuide:
    """The page that leads a merchant through it.

    `title` and `explanation` are texts to translate; `template` is the page, and `context` what it is filled with, of a
    shop by its id at the platform.
    """

    title: str
    explanation: str
    template: str
    context: Callable[[str], Mapping[str, object]]


_guides: dict[str, StorefrontGuide] = registry({})


def register_guide(platform: str, guide: StorefrontGuide) -> None:
    """Have the merchants of a platform led by its own page; a second one of a platform replaces the first."""
    _guides[platform] = guide


def find_guide(platform: str) -> StorefrontGuide | None:
    """Return the guide of a platform, or None where a line in the theme is the way."""
    return _guides.get(platform)
