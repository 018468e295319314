"""What came since a model was fitted, as its increment reads it."""

from dataclasses import dataclass

from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import ProductContent
from recommender.products.data.engine.history import History


@dataclass(frozen=True, slots=True)
class News:
    """What came since: products, purchases and views, over the products known before and then the new ones.

    `history` holds what the buyers of new orders bought before, and those orders, numbered from `first_order` on;
    likewise `views` and `first_view`, where it has any.
    """

    names: ProductNames
    contents: list[ProductContent]
    history: History
    first_order: int
    views: History
    first_view: int

    @property
    def purchases(self) -> History:
        """Return what was bought in the new orders."""
        return self.history.where(self.history.orders >= self.first_order)
