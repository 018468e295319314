"""What may cross the wall of the demo room."""

from enum import StrEnum


class DemoStage(StrEnum):
    """What the demo's commands do to a shop before it can be shown: by these names they report how far they are."""

    INVENT = "invent"
    LOAD = "load"
    ACCOUNTS = "accounts"
    LEARN = "learn"


class DemoPart(StrEnum):
    """Who somebody can be in the demo; a merchant is themselves, with a shop of their own."""

    OWNER = "owner"
    SUPPORT = "support"
    OPERATOR = "operator"
    SHOPPER = "shopper"
    MERCHANT = "merchant"
