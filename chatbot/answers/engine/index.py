"""The index of one language: three blocks over all phrases, what the answers add, and a trained classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.tokenizer import is_common, lexicon_words, tokenize
from chatbot.answers.engine.typos import Speller
from chatbot.answers.engine.vectors import BLOCKS, Block, Floats, Weights, build_block, feature_matrix, text_features
from chatbot.answers.types import EntrySummary

MIX = {"stems": 0.40, "letters": 0.30, "concepts": 0.30}
# The ridge of the classifier; 1 is a phrase's likeness to itself.
SOFTNESS = 1.0
MATRICES = ("answer_stems", "entry_stems", "entry_concepts")
PackedIndex = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Index:
    """What scoring needs; phrases are sorted by entry, `starts[e]` is the first phrase of entry e.

    `dual` is phrases × entries, of the classifier. `answer_stems` is stems × entries, of what the answers say;
    `entry_stems` and `entry_concepts` are features × entries, 1 where some phrase of the entry has the feature.
    """

    language: str
    blocks: dict[str, Block]
    starts: npt.NDArray[np.int64]
    dual: Floats
    answer_stems: sparse.csr_array
    entry_stems: sparse.csr_array
    entry_concepts: sparse.csr_array
    words: tuple[str, ...]
    speller: Speller

    @property
    def entries(self) -> int:
        """How many entries can be answered with."""
        return len(self.starts)


def build_index(entries: Sequence[EntrySummary], language: str) -> Index:
    """The index of entries of one language, in their order; a few milliseconds an entry, n phrases cost n² memory."""
    phrases: list[str] = []
    owner_list: list[int] = []
    for place, entry in enumerate(entries):
        texts = [entry.question, *entry.phrases]
        phrases += texts
        owner_list += [place] * len(texts)
    owners = np.array(owner_list, dtype=np.int32)
    tokens = [tokenize(text, language) for text in phrases]
    features = [text_features(words, language) for words in tokens]
    blocks = {}
    for name in BLOCKS:
        documents = [getattr(one, name) for one in features]
        blocks[name] = build_block(documents, owners)
    own_words = _meaningful_words(tokens, language)
    stems = blocks["stems"]
    return Index(
        language=language,
        blocks=blocks,
        # Owners only rise, so the first place of each is found by bisection.
        starts=np.searchsorted(owners, np.arange(len(entries))).astype(np.int64),
        dual=_train(blocks, owners, len(entries)),
        answer_stems=feature_matrix(_answer_stems(entries, language), stems.vocabulary, stems.rarity),
        entry_stems=_features_of_entries([one.stems for one in features], owners, stems, len(entries)),
        entry_concepts=_features_of_entries(
            [one.concepts for one in features], owners, blocks["concepts"], len(entries)
        ),
        words=own_words,
        speller=_speller(own_words, language),
    )


def _train(blocks: Mapping[str, Block], owners: npt.NDArray[np.int32], entries: int) -> Floats:
    """Dual weights (phrases × entries) of a ridge classifier: one against the rest, solved in closed form.

    Each entry weighs the same however many phrases it has. Source: Saunders et al., kernel ridge regression (1998).
    """
    if not entries:
        return np.zeros((0, 0), np.float32)
    # The same mix of likenesses between phrases as will be measured between a message and a phrase.
    # (phrases, phrases): columns are unit vectors, so each product of two blocks is a table of cosines.
    kernel = sum(MIX[name] * (blocks[name].rows.T @ blocks[name].rows).toarray() for name in BLOCKS)
    # One column an entry: 1 for its own phrases, 0 for all others.
    target = np.zeros((len(owners), entries), dtype=np.float64)
    target[np.arange(len(owners)), owners] = 1.0
    # A = (K + softness I)^-1 Y; a message whose likenesses to the phrases are k then scores k A, one number an entry.
    ridge = np.asarray(kernel, dtype=np.float32) + SOFTNESS * np.eye(len(owners))
    return np.linalg.solve(ridge, target).astype(np.float32)


def _answer_stems(entries: Sequence[EntrySummary], language: str) -> list[Weights]:
    """What the answer says beside its question: a message may use its words."""
    answers = [tokenize(f"{entry.category} {entry.answer}", language) for entry in entries]
    return [text_features(tokens, language).stems for tokens in answers]


def _features_of_entries(
    features: list[Weights], owners: npt.NDArray[np.int32], block: Block, entries: int
) -> sparse.csr_array:
    """Features × entries, 1 where some phrase of the entry has the feature."""
    pairs: set[tuple[int, int]] = set()
    for weights, owner in zip(features, owners.tolist(), strict=True):
        pairs |= {(block.vocabulary[name], owner) for name in weights}
    # Sorted, so that the same entries give the same arrays on every machine.
    rows, columns = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_array((ones, (rows, columns)), shape=(len(block.vocabulary), entries), dtype=np.float32)


def _meaningful_words(tokens: list[list[str]], language: str) -> tuple[str, ...]:
    """The shop's own words, each once, in the order of the entries."""
    # A dict and not a set: the speller prefers earlier words, so the order must not change from run to run.
    words: dict[str, None] = {}
    for tokenized in tokens:
        words |= dict.fromkeys(word for word in tokenized if not is_common(word, language))
    return tuple(words)


def _speller(words: tuple[str, ...], language: str) -> Speller:
    """The shop's own words win over those of the lexicon."""
    return Speller([*words, *sorted(lexicon_words(language))])


def pack_index(index: Index) -> PackedIndex:
    """The index as plain arrays, no objects, for an artefact; `unpack_index` is the way back."""
    # Arrays of objects would have to be pickled, and whoever can write a pickle can run code in every web process.
    packed: PackedIndex = {"starts": index.starts, "dual": index.dual, "words": np.array(index.words, dtype=np.str_)}
    for name, block in index.blocks.items():
        packed[f"{name}.vocabulary"] = np.array(list(block.vocabulary), dtype=np.str_)
        packed[f"{name}.rarity"] = block.rarity
        packed[f"{name}.unseen"] = np.array([block.unseen], dtype=np.float64)
        packed |= _pack_matrix(f"{name}.rows", block.rows)
    for name in MATRICES:
        packed |= _pack_matrix(name, getattr(index, name))
    return packed


def unpack_index(arrays: Mapping[str, npt.NDArray[np.generic]], language: str) -> Index:
    """The index from the arrays of `pack_index`, memory-mapped or not."""
    words = tuple(str(word) for word in arrays["words"].tolist())
    return Index(
        language=language,
        blocks={name: _unpack_block(arrays, name) for name in BLOCKS},
        starts=np.asarray(arrays["starts"], dtype=np.int64),
        dual=np.asarray(arrays["dual"], dtype=np.float32),
        answer_stems=_unpack_matrix(arrays, "answer_stems"),
        entry_stems=_unpack_matrix(arrays, "entry_stems"),
        entry_concepts=_unpack_matrix(arrays, "entry_concepts"),
        words=words,
        # Cheaper made again than stored: its table of deletions is ten times the words.
        speller=_speller(words, language),
    )


def _pack_matrix(name: str, rows: sparse.csr_array) -> PackedIndex:
    return {
        f"{name}.data": rows.data.astype(np.float32),
        f"{name}.indices": rows.indices.astype(np.int32),
        f"{name}.indptr": rows.indptr.astype(np.int64),
        f"{name}.shape": np.array(rows.shape, dtype=np.int64),
    }


def _unpack_matrix(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> sparse.csr_array:
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))


def _unpack_block(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Block:
    vocabulary = {feature: place for place, feature in enumerate(arrays[f"{name}.vocabulary"].tolist())}
    rarity = np.asarray(arrays[f"{name}.rarity"], dtype=np.float32)
    unseen = float(np.asarray(arrays[f"{name}.unseen"], dtype=np.float64)[0])
    return Block(vocabulary, rarity, _unpack_matrix(arrays, f"{name}.rows"), unseen)
