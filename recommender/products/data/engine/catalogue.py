"""The catalogue snapshot as arrays: what can be bought, at what price, where it belongs, and ready-made cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.products.data.engine.schema import AlignedColumns, CatalogueArrays, CatalogueColumn

# -1 stands for "none" in columns of whole numbers, which have no nan; stock is int32, so its largest value is the cap.
UNKNOWN, MOST_STOCK = -1, 2**31 - 1
# What stands in a column where the catalogue does not have a product any more.
UNKNOWN_OF: Mapping[CatalogueColumn, float] = {
    "available": False,
    "price": np.nan,
    "before": np.nan,
    "cost": np.nan,
    "created_day": np.nan,
    "stock": -1,
    "category": -1,
    "vendor": -1,
}


def pack_texts(texts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return all bytes one after the other (uint8) and where each text starts and the last ends (int64 [n + 1])."""
    # int64, since the cards of a large shop may exceed the 2 GiB that int32 can point into.
    ends = np.cumsum([0, *(len(text) for text in texts)], dtype=np.int64)
    return np.frombuffer(b"".join(texts), dtype=np.uint8), ends


def unpack_texts(blob: np.ndarray, ends: np.ndarray, rows: Sequence[int]) -> list[bytes]:
    """Return the texts of some rows."""
    # (rows, 2): where each starts and ends; a view of memory is cut in a fifth of the time that an array is.
    places = ends[np.array(rows, np.intp)[:, None] + (0, 1)].tolist()
    view = blob.data
    return [bytes(view[start:end]) for start, end in places]


def row_of(ids: np.ndarray, wanted: int) -> int | None:
    """Return the row of an id among ascending ids, or None."""
    # Bisection touches a few pages of a mapped column and reads no others.
    at = int(ids.searchsorted(wanted))
    return at if at < len(ids) and int(ids[at]) == wanted else None


def aligned(public_ids: np.ndarray, catalogue: CatalogueArrays) -> AlignedColumns:
    """Return the columns of a catalogue by a model's rows [n]; `place` says in which of its own rows each stands."""
    known = catalogue["public_ids"]
    if not len(known):
        nothing = {name: np.full(len(public_ids), unknown) for name, unknown in UNKNOWN_OF.items()}
        return {**nothing, "place": np.full(len(public_ids), UNKNOWN)}
    # The catalogue is ascending by public id, so bisection finds rows and no dictionary of all products is built.
    # An id beyond the last one is clipped to it, and the comparison then says that it is not here.
    at = np.minimum(np.searchsorted(known, public_ids), len(known) - 1)
    here = known[at] == public_ids
    columns: dict[CatalogueColumn, np.ndarray] = {"place": np.where(here, at, UNKNOWN)}
    for name, unknown in UNKNOWN_OF.items():
        values = catalogue[name]  # type: ignore[index]
        # A column keeps its own type, whatever type the unknown value would lead to.
        columns[name] = np.where(here, values[at], unknown).astype(values.dtype)
    return columns


@dataclass(slots=True)
class CatalogueColumns:
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
    # Sorted, so that the same catalogue gives the same codes, and the same bytes.
    names = sorted({value for value in values if value})
    code = {value: place for place, value in enumerate(names)}
    return {
        name: np.array([code.get(value, UNKNOWN) for value in values], dtype=np.int32),
        f"{name}_names": np.array(names, dtype=np.str_),
    }


def _packed(texts: Mapping[str, Sequence[bytes]]) -> dict[str, np.ndarray]:
    arrays = {}
    for language, written in texts.items():
        arrays[f"texts_{language}"], arrays[f"ends_{language}"] = pack_texts(written)
    return arrays
