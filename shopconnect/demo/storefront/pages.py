"""What the templates of the shop front get: words of one language, addresses, prices as people write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from django.urls import reverse

from shopconnect.core.money import Money
from shopconnect.demo.storefront.types import Item, Window

TONES, PAGE_SIZE = 6, 24
NAMES = {"en": "English", "fr": "Français"}


@dataclass(frozen=True, slots=True)
class Card:
    """An item as a template shows it."""

    id: str
    title: str
    description: str
    kind: str
    vendor: str
    price: str
    available: bool
    url: str
    image: str
    tone: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department: its name, its address, how much is in it, and a picture from it."""

    name: str
    url: str
    count: int
    card: Card


@dataclass(frozen=True, slots=True)
class CartRow:
    """A line of the cart."""

    card: Card
    quantity: int
    total: str


class Shopfront:
    """A window seen in one language."""

    def __init__(self, window: Window, language: str) -> None:
        self.window, self.language = window, language

    def url(self, page: str, **places: str) -> str:
        """The address of a page of this shop in this language."""
        return reverse(f"storefront:{page}", kwargs={"slug": self.window.slug, "language": self.language, **places})

    @property
    def home_url(self) -> str:
        """The address of the first page."""
        return self.url("home")

    @property
    def cart_url(self) -> str:
        """The address of the cart."""
        return self.url("cart")

    @property
    def account_url(self) -> str:
        """The address that signs in and out."""
        return self.url("account")

    @property
    def links(self) -> str:
        """The pattern of a product's address, for the shelf."""
        return self.url("product", product="ID").replace("ID", "{id}")

    @property
    def base(self) -> str:
        """The address against which the shelf finds pictures of products."""
        return reverse("storefront:picture", kwargs={"slug": self.window.slug, "name": "-"}).removesuffix("-")

    def card(self, item: Item) -> Card:
        """An item in this language."""
        category = item.category(self.language)
        return Card(
            id=item.id,
            title=item.title(self.language),
            description=item.description(self.language),
            kind=category[-1] if category else "",
            vendor=item.vendor,
            price=item.price.written(self.language),
            available=item.available,
            url=self.url("product", product=item.id),
            image=self._image(item.image),
            tone=crc32(item.id.encode()) % TONES,
        )

    def cards(self, items: Iterable[Item]) -> list[Card]:
        """Items in this language."""
        return [self.card(item) for item in items]

    def departments(self) -> list[Department]:
        """Every department, in the shop's order."""
        return [self.department(name, items) for name, items in self.window.departments.items()]

    def department(self, name: str, items: tuple[Item, ...]) -> Department:
        """One department."""
        return Department(
            items[0].category(self.language)[0],
            self.url("department", department=name),
            len(items),
            self.card(items[0]),
        )

    def shelves(self, items: Iterable[Item]) -> list[tuple[str, list[Card]]]:
        """A department's items under the headings of their narrowest category."""
        found: dict[str, list[Card]] = {}
        for item in items:
            category = item.category(self.language)
            found.setdefault(category[-1] if len(category) > 1 else "", []).append(self.card(item))
        return list(found.items())

    def rows(self, cart: dict[str, int]) -> tuple[list[CartRow], str]:
        """The lines of a cart and what they come to; what is no longer sold is left out."""
        items = [(self.window.items[id], quantity) for id, quantity in cart.items() if id in self.window.items]
        rows = [
            CartRow(self.card(item), count, _times(item.price, count).written(self.language)) for item, count in items
        ]
        totals = [_times(item.price, count) for item, count in items]
        total = sum(totals[1:], totals[0]).written(self.language) if totals else ""
        return rows, total

    def _image(self, image: str) -> str:
        if not image or "://" in image:
            return image
        return reverse("storefront:picture", kwargs={"slug": self.window.slug, "name": image})


def _times(price: Money, count: int) -> Money:
    return Money(amount=price.amount * count, currency=price.currency)
