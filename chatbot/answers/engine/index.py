"""The index of one language: three blocks over all phrases, what the answers add, and a trained classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.typos import Speller
from chatbot.answers.engine.vectors import BLOCKS, Block, Floats, Weights, build_block, matrix, views_of
from chatbot.answers.engine.words import is_common, lexicon_words, words
from chatbot.answers.types import EntrySummary

MIX = {"stems": 0.40, "letters": 0.30, "ideas": 0.30}
SOFTNESS = 1.0
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Index:
    """What scoring needs; phrases are sorted by entry, `starts[e]` is the first phrase of entry e."""

    language: str
    blocks: dict[str, Block]
    starts: npt.NDArray[np.int64]
    dual: Floats
    backing: sparse.csr_array
    holds: sparse.csr_array
    means: sparse.csr_array
    words: tuple[str, ...]
    speller: Speller

    @property
    def entries(self) -> int:
        """How many entries can be answered with."""
        return len(self.starts)


def _train(kernel: npt.NDArray[np.float64], owners: npt.NDArray[np.int32], entries: int) -> Floats:
    """Dual weights (phrases × entries) of a ridge classifier: one against the rest, solved in closed form.

    Each entry weighs the same however many phrases it has. Source: Saunders et al., kernel ridge regression (1998).
    """
    if not entries:
        return np.zeros((0, 0), np.float32)
    target = np.zeros((len(owners), entries), dtype=np.float64)
    target[np.arange(len(owners)), owners] = 1.0
    ridge = kernel + SOFTNESS * np.eye(len(owners))
    return np.linalg.solve(ridge, target).astype(np.float32)


def build_index(entries: Sequence[EntrySummary], language: str) -> Index:
    """The index of entries of one language, in their order; a few milliseconds an entry, n phrases cost n² memory."""
    texts = [[entry.question, *entry.phrases] for entry in entries]
    owners = np.array([place for place, phrases in enumerate(texts) for _ in phrases], dtype=np.int32)
    spoken = [words(text, language) for phrases in texts for text in phrases]
    seen = [views_of(found, language) for found in spoken]
    blocks = {name: build_block([getattr(view, name) for view in seen], owners) for name in BLOCKS}
    own = _known_words(spoken, language)
    kernel = sum(MIX[name] * (blocks[name].rows.T @ blocks[name].rows).toarray() for name in BLOCKS)
    backing_views = [views_of(words(f"{entry.category} {entry.answer}", language), language) for entry in entries]
    return Index(
        language=language,
        blocks=blocks,
        starts=np.searchsorted(owners, np.arange(len(entries))).astype(np.int64),
        dual=_train(np.asarray(kernel, dtype=np.float32), owners, len(entries))
        if len(entries)
        else np.zeros((0, 0), np.float32),
        backing=matrix((view.stems for view in backing_views), blocks["stems"].vocabulary, blocks["stems"].rarity),
        holds=_holdings([view.stems for view in seen], owners, blocks["stems"], len(entries)),
        means=_holdings([view.ideas for view in seen], owners, blocks["ideas"], len(entries)),
        words=own,
        speller=_speller(own, language),
    )


def _holdings(seen: list[Weights], owners: npt.NDArray[np.int32], block: Block, entries: int) -> sparse.csr_array:
    """Features × entries, 1 where some phrase of the entry has the feature."""
    pairs = {(block.vocabulary[name], int(owner)) for view, owner in zip(seen, owners, strict=True) for name in view}
    rows, columns = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_array((ones, (rows, columns)), shape=(len(block.vocabulary), entries), dtype=np.float32)


def _known_words(spoken: list[list[str]], language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for found in spoken for word in found if not is_common(word, language)))


def _speller(own: tuple[str, ...], language: str) -> Speller:
    """The shop's own words win over those of the lexicon."""
    return Speller([*own, *sorted(lexicon_words(language))])


def pack_index(index: Index) -> Arrays:
    """The index as plain arrays, no objects, for an artefact; `unpack_index` is the way back."""
    packed: Arrays = {"starts": index.starts, "dual": index.dual, "words": np.array(index.words, dtype=np.str_)}
    for name, block in index.blocks.items():
        packed[f"{name}.vocabulary"] = np.array(list(block.vocabulary), dtype=np.str_)
        packed[f"{name}.rarity"] = block.rarity
        packed[f"{name}.unseen"] = np.array([block.unseen], dtype=np.float64)
        packed |= _pack_matrix(f"{name}.rows", block.rows)
    return (
        packed
        | _pack_matrix("backing", index.backing)
        | _pack_matrix("holds", index.holds)
        | _pack_matrix("means", index.means)
    )


def _pack_matrix(name: str, rows: sparse.csr_array) -> Arrays:
    return {
        f"{name}.data": rows.data.astype(np.float32),
        f"{name}.indices": rows.indices.astype(np.int32),
        f"{name}.indptr": rows.indptr.astype(np.int64),
        f"{name}.shape": np.array(rows.shape, dtype=np.int64),
    }


def _unpack_matrix(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> sparse.csr_array:
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))


def unpack_index(arrays: Mapping[str, npt.NDArray[np.generic]], language: str) -> Index:
    """The index from the arrays of `pack_index`, memory-mapped or not."""
    blocks = {}
    for name in BLOCKS:
        vocabulary = {feature: place for place, feature in enumerate(arrays[f"{name}.vocabulary"].tolist())}
        rarity = np.asarray(arrays[f"{name}.rarity"], dtype=np.float32)
        unseen = float(np.asarray(arrays[f"{name}.unseen"], dtype=np.float64)[0])
        blocks[name] = Block(vocabulary, rarity, _unpack_matrix(arrays, f"{name}.rows"), unseen)
    own = tuple(str(word) for word in arrays["words"].tolist())
    return Index(
        language=language,
        blocks=blocks,
        starts=np.asarray(arrays["starts"], dtype=np.int64),
        dual=np.asarray(arrays["dual"], dtype=np.float32),
        backing=_unpack_matrix(arrays, "backing"),
        holds=_unpack_matrix(arrays, "holds"),
        means=_unpack_matrix(arrays, "means"),
        words=own,
        speller=_speller(own, language),
    )


__all__ = ["MIX", "Arrays", "Index", "build_index", "pack_index", "unpack_index"]
