"""What may cross the wall of the demo room."""

from enum import StrEnum


class DemoPart(StrEnum):
    """Who somebody can be in the demo."""

    OWNER = "owner"
    SUPPORT = "support"
    OPERATOR = "operator"
    SHOPPER = "shopper"
