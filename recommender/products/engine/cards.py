"""Ready-made cards: many small texts in two arrays, so that one is read without reading the others."""

from collections.abc import Mapping, Sequence

import numpy as np


def pack_texts(texts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return all bytes one after the other (uint8) and where each text starts and the last ends (int64 [n + 1])."""
    ends = np.cumsum([0, *(len(text) for text in texts)], dtype=np.int64)
    return np.frombuffer(b"".join(texts), dtype=np.uint8), ends


def unpack_text(blob: np.ndarray, ends: np.ndarray, row: int) -> bytes:
    """Return one text."""
    return blob[int(ends[row]) : int(ends[row + 1])].tobytes()


def row_of(ids: np.ndarray, wanted: int) -> int | None:
    """Return the row of an id among ascending ids, or None."""
    at = int(ids.searchsorted(wanted))
    return at if at < len(ids) and int(ids[at]) == wanted else None


COLUMNS = (
    dict.fromkeys(("price", "before", "created_day", "cost"), np.nan)
    | dict.fromkeys(("stock", "category", "vendor"), -1)
    | {"available": False}
)
"""What is known of a product today, and what stands where a product has no card now."""


def aligned(public_ids: np.ndarray, cards: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the columns of the cards, those that there are, by a model's rows; `here` says which have a card."""
    at = np.minimum(np.searchsorted(cards["public_ids"], public_ids), max(len(cards["public_ids"]) - 1, 0))
    here = cards["public_ids"][at] == public_ids if len(cards["public_ids"]) else np.zeros(len(public_ids), bool)
    return {"here": here} | {
        name: np.where(here, cards[name][at], missing).astype(cards[name].dtype)
        for name, missing in COLUMNS.items()
        if name in cards and len(cards[name])
    }
