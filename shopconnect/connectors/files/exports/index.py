"""Which variant a line of an order means that names no product id: by SKU, else by title."""

from collections.abc import Iterable

from shopconnect.connectors.types import ProductDraft

VariantIds = tuple[str, str]  # the ids of a product and of its variant, "" where the line means the product


class CatalogIndex:
    """The products of a shop by SKU and by title; what two products share means neither.

    `items` are all that a line may name: each product, and each of its variants.
    """

    def __init__(self, products: Iterable[ProductDraft] = ()) -> None:
        self.items: set[VariantIds] = set()
        self._by_sku: dict[str, VariantIds | None] = {}
        self._by_title: dict[str, VariantIds | None] = {}
        for product in products:
            self.add(product)

    def add(self, product: ProductDraft) -> None:
        """Enter a product and its variants."""
        self.items.add((product.external_id, ""))
        only = product.variants[0].external_id if len(product.variants) == 1 else ""
        _enter(self._by_title, product.title, (product.external_id, only))
        for variant in product.variants:
            named = (product.external_id, variant.external_id)
            self.items.add(named)
            _enter(self._by_sku, variant.sku, named)
            if variant.title:
                _enter(self._by_title, f"{product.title} - {variant.title}", named)

    def find(self, sku: str, title: str) -> VariantIds | None:
        """Return the variant of a SKU, else of a title as orders write it (Title - VariantIds), or None."""
        return self._by_sku.get(sku) or self._by_title.get(title)


def _enter(names: dict[str, VariantIds | None], name: str, variant: VariantIds) -> None:
    if name:
        known = names.get(name, variant)
        names[name] = variant if known == variant else None
