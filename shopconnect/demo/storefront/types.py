"""What the shop front shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from shopconnect.core.money import Money
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.words import has_words, query_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product in the window; words are by language, "" being the language of the shop."""

    id: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    categories: Mapping[str, tuple[str, ...]]
    vendor: str
    price: Money
    available: bool
    image: str

    def title(self, language: str) -> str:
        """The title in a language, else the shop's own."""
        return self.titles.get(language) or self.titles[""]

    def description(self, language: str) -> str:
        """The description in a language, else the shop's own."""
        return self.descriptions.get(language) or self.descriptions[""]

    def category(self, language: str) -> tuple[str, ...]:
        """The category in a language, widest first, else the shop's own."""
        return self.categories.get(language) or self.categories[""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A shop as its front shows it, read at once and kept in memory.

    `customer` is the invented one as whom a visitor of the demo may sign in, "" where the shop is a real one's.
    """

    shop_id: ShopId
    slug: str
    name: str
    public_key: str
    languages: tuple[str, ...]
    is_demo: bool
    items: Mapping[str, Item]
    departments: Mapping[str, tuple[Item, ...]]
    customer: str = ""

    @property
    def pictures(self) -> frozenset[str]:
        """The paths of pictures that lie in our own storage."""
        return frozenset(item.image for item in self.items.values() if item.image and "://" not in item.image)

    def search(self, words: str, language: str) -> list[Item]:
        """The items in whose title every word begins one, with accents or without, in the shop's order."""
        wanted = query_words(words)
        return [item for item in self.items.values() if wanted and has_words(wanted, item.title(language))]
