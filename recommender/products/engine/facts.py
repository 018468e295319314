"""Today's facts of products as columns: what can be bought, at what price, how much there is, where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.products.engine.cards import pack_texts

UNKNOWN, MOST_STOCK = -1, 2**31 - 1


@dataclass(slots=True)
class FactColumns:
    """Fills column by column as products go by, in the order of their public ids; None is unknown."""

    public_ids: list[int] = field(default_factory=list)
    available: list[bool] = field(default_factory=list)
    price: list[float] = field(default_factory=list)
    before: list[float | None] = field(default_factory=list)
    cost: list[float | None] = field(default_factory=list)
    stock: list[float | None] = field(default_factory=list)
    created_day: list[float | None] = field(default_factory=list)
    category: list[str] = field(default_factory=list)
    vendor: list[str] = field(default_factory=list)
    texts: dict[str, list[bytes]] = field(default_factory=dict)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the columns as an artefact keeps them; a category or vendor is the place of its name, or -1."""
        return {
            "public_ids": np.array(self.public_ids, dtype=np.int64),
            "available": np.array(self.available, dtype=bool),
            "price": np.array(self.price, dtype=np.float64),
            "before": np.array(self.before, dtype=np.float64),
            "cost": np.array(self.cost, dtype=np.float64),
            "stock": np.array([_whole(level) for level in self.stock], dtype=np.int32),
            "created_day": np.array(self.created_day, dtype=np.float32),
            **_coded("category", self.category),
            **_coded("vendor", self.vendor),
            **_packed(self.texts),
        }


def _whole(level: float | None) -> int:
    """Return a level in whole pieces, what is owed to customers (less than nothing) as 0."""
    return UNKNOWN if level is None else int(min(max(level, 0), MOST_STOCK))


def _coded(name: str, values: Sequence[str]) -> dict[str, np.ndarray]:
    names = sorted({value for value in values if value})
    code = {value: place for place, value in enumerate(names)}
    return {
        name: np.array([code.get(value, UNKNOWN) for value in values], dtype=np.int32),
        f"{name}_names": np.array(names, dtype=np.str_),
    }


def _packed(texts: Mapping[str, Sequence[bytes]]) -> dict[str, np.ndarray]:
    arrays = {}
    for language, written in texts.items():
        arrays[f"cards_{language}"], arrays[f"ends_{language}"] = pack_texts(written)
    return arrays
