"""A merchant's rules for suggestions, each defined once, and their versions.

Parsing, JSON, the REST schema and the checks of the form all come from the union `Rule`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext_noop
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from recommender.products.rules.fields import CONTRARY, number, read_name, read_number, refused, word
from recommender.products.types import Shelf, VersionState


class Group(StrEnum):
    """By what products are named in a rule."""

    PRODUCT = "product"
    CATEGORY = "category"
    VENDOR = "vendor"


class Push(StrEnum):
    """What a boost lifts: a high margin, stock that lasts too long, what is new, one vendor."""

    MARGIN = "margin"
    OVERSTOCK = "overstock"
    NEW = "new"
    VENDOR = "vendor"


class Strength(StrEnum):
    """How much a boost lifts."""

    SLIGHT = "slight"
    CLEAR = "clear"
    STRONG = "strong"


# Where a shop's choice is no lie: the other shelves say by their title what stands on them.
PINNED_SHELVES = (Shelf.SIMILAR, Shelf.TOGETHER, Shelf.CART, Shelf.FOR_YOU, Shelf.VIEWED)
# What a shopper had or saw: only what is out everywhere is out there, unless a rule names the shelf.
OWN_SHELVES = (Shelf.AGAIN, Shelf.RECENT)
MOST_RULES, MOST_PLACES, MOST_DAYS, MOST_PERCENT, LONGEST_NAME = 50, 8, 730, 1000, 300
LARGEST_ID = 2**63 - 1
NO_PRODUCT, NO_NAME = gettext_noop("Choose a product."), gettext_noop("Choose a name from the list.")
NOT_LIMITED = gettext_noop("Choose whether to limit categories or brands.")
NO_PINS = gettext_noop(
    "This shelf’s title promises specific products, so you can’t pin others to it. Choose another shelf."
)


def _name_of(value: object, info: ValidationInfo) -> str:
    """Read the name of what is excluded: a product's id, else the name of a category or vendor."""
    if info.data.get("by") == Group.PRODUCT:
        return str(read_number(value, 1, LARGEST_ID, NO_PRODUCT))
    return read_name(value, LONGEST_NAME, NO_NAME)


def _vendor_of(value: object, info: ValidationInfo) -> str:
    """Read whose products are lifted, where those of a vendor are."""
    return read_name(value, LONGEST_NAME, NO_NAME) if info.data.get("push") == Push.VENDOR else ""


def _no_product(by: Group) -> Group:
    if by == Group.PRODUCT:
        raise refused(CONTRARY, NOT_LIMITED)
    return by


OneShelf = Annotated[
    Shelf | None, word(Shelf, gettext_noop("This shelf doesn’t exist. Choose another one."), or_none=True)
]
ProductId = Annotated[
    int, number(1, LARGEST_ID, NO_PRODUCT), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,19}$"})
]
# Bounds stand before what reads the number, or the JSON Schema would not know them as such.
PinPlace = Annotated[
    int,
    Field(ge=1, le=MOST_PLACES),
    number(1, MOST_PLACES, gettext_noop("The slot must be a number from %(low)d to %(high)d.")),
]
Most = Annotated[
    int,
    Field(ge=1, le=MOST_PLACES),
    number(1, MOST_PLACES, gettext_noop("The limit must be a number from %(low)d to %(high)d.")),
]
Days = Annotated[
    int,
    Field(ge=1, le=MOST_DAYS),
    number(1, MOST_DAYS, gettext_noop("Enter a number of days from %(low)d to %(high)d.")),
]
Percent = Annotated[
    int,
    Field(ge=0, le=MOST_PERCENT),
    number(0, MOST_PERCENT, gettext_noop("Enter percentages from %(low)d to %(high)d.")),
]


class BaseRule(BaseModel):
    """What every rule has: the one shelf that it is for, or all where none is named."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    shelf: OneShelf = None

    @model_validator(mode="before")
    @classmethod
    def _absent_is_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Take a field that is not there for an empty one, as a form sends it."""
        return {**dict.fromkeys(cls.model_fields.keys() - {"kind"}, ""), **given}


class InStock(BaseRule):
    """Only what can be bought now is shown."""

    kind: Literal["stock"] = "stock"


class Pin(BaseRule):
    """A product (its public id) has a place of its own, counted from 1."""

    kind: Literal["pin"] = "pin"
    product: ProductId
    place: PinPlace

    @model_validator(mode="after")
    def _shelf_takes_pins(self) -> Self:
        if self.shelf is not None and self.shelf not in PINNED_SHELVES:
            raise refused(CONTRARY, NO_PINS)
        return self


class Exclude(BaseRule):
    """A product (its public id), a category with what is below it, or a vendor is never shown."""

    kind: Literal["exclude"] = "exclude"
    by: Annotated[Group, word(Group, gettext_noop("Choose a product, a category or a brand."))]
    name: Annotated[str, BeforeValidator(_name_of), Field(max_length=LONGEST_NAME)]


class Boost(BaseRule):
    """Some products are lifted; `vendor` names whose, where a vendor's are."""

    kind: Literal["boost"] = "boost"
    push: Annotated[Push, word(Push, gettext_noop("Choose what to boost."))]
    strength: Annotated[Strength, word(Strength, gettext_noop("Choose how strongly to boost it."))]
    vendor: Annotated[str, BeforeValidator(_vendor_of), Field(max_length=LONGEST_NAME)] = ""


class Limit(BaseRule):
    """At most so many products of one category, or of one vendor, stand on a shelf."""

    kind: Literal["limit"] = "limit"
    by: Annotated[
        Group,
        word(Group, NOT_LIMITED),
        AfterValidator(_no_product),
        WithJsonSchema({"type": "string", "enum": [Group.CATEGORY.value, Group.VENDOR.value]}),
    ]
    most: Most


class NotBought(BaseRule):
    """What the shopper bought within some days is not shown, unless it is bought by rhythm and due again."""

    kind: Literal["bought"] = "bought"
    days: Days


class Corridor(BaseRule):
    """Prices stay between two percentages of the price of the product beside which the shelf stands."""

    kind: Literal["corridor"] = "corridor"
    low: Percent
    high: Percent

    @model_validator(mode="after")
    def _low_is_lower(self) -> Self:
        if self.low >= self.high:
            raise refused(CONTRARY, gettext_noop("The lowest price must be below the highest price."))
        return self


Rule = Annotated[InStock | Pin | Exclude | Boost | Limit | NotBought | Corridor, Field(discriminator="kind")]
DEFAULT_RULES: tuple[Rule, ...] = (InStock(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What is risky about rules before they are saved: a key that has words, and what goes into the sentence."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersionSummary:
    """A version of a shop's rules: who put it in force (or changed the draft last), when, and which one it undoes to.

    `changes` tells what it has that the version before had not; number 0 is the draft, or what holds without rules.
    """

    number: int
    state: VersionState
    rules: tuple[Rule, ...]
    who: str = ""
    at: datetime | None = None
    undoes: int | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersionDraft:
    """A version as a folder brings it: its rules as JSON, with products by the platform's ids."""

    number: int
    state: VersionState
    rules: tuple[Mapping[str, object], ...]
    at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """The rules that hold for shoppers now; number 0 where a merchant never wrote any."""

    number: int = 0
    rules: tuple[Rule, ...] = DEFAULT_RULES
