"""The index of one language: three views of all phrases, their meaning, their answers, and a trained classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chatbot.answers.engine.classifier import MOST_PHRASES, train
from chatbot.answers.engine.encoders.meaning import Encoder
from chatbot.answers.engine.tokenizer import is_common, lexicon_words, tokenize
from chatbot.answers.engine.typos import Speller
from chatbot.answers.engine.vectors import (
    BLOCKS,
    Block,
    Floats,
    Weights,
    build_block,
    feature_matrix,
    hash_places,
    text_features,
)
from chatbot.answers.types import EntrySummary

MIX = {"stems": 0.40, "letters": 0.30, "concepts": 0.30}
# The classifier's width beside the meaning: each feature of the three views has one of so many places. With fewer, more
# features share one; a large FAQ would take more memory than that is worth.
PLACES, PLACES_OF_MANY = 16_384, 1_536
WORDS_BESIDE_MEANING = 0.7  # how long the vector of a text's words is beside that of its meaning
MATRICES = ("answer_stems", "entry_stems", "entry_concepts")
PackedIndex = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Index:
    """What scoring needs; phrases are sorted by entry, `starts[e]` is the first phrase of entry e.

    `weights` is `places` and the encoder's width × entries, `bias` one an entry: the classifier. `centres` is entries ×
    the encoder's width, of length 1: what an entry's phrases mean together. `answer_stems` is stems × entries, of what
    the answers say; `entry_stems` and `entry_concepts` are features × entries, 1 where some phrase of the entry has the
    feature.
    """

    language: str
    encoder: Encoder | None
    blocks: dict[str, Block]
    starts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float16]
    bias: Floats
    centres: npt.NDArray[np.float16]
    answer_stems: sparse.csr_array
    entry_stems: sparse.csr_array
    entry_concepts: sparse.csr_array
    words: tuple[str, ...]
    speller: Speller

    @property
    def places(self) -> int:
        """How many places the features of words have in the classifier."""
        return int(self.weights.shape[0]) - int(self.centres.shape[1])

    @property
    def bytes(self) -> int:
        """How much memory it takes, about; mapped arrays count like others."""
        return self.weights.nbytes + self.centres.nbytes + sum(block.bytes for block in self.blocks.values())

    @property
    def entries(self) -> int:
        """How many entries can be answered with."""
        return len(self.starts)


def build_index(entries: Sequence[EntrySummary], language: str, encoder: Encoder | None = None) -> Index:
    """The index of entries of one language, in their order; `encoder` is what tells the meaning of its texts."""
    phrases: list[str] = []
    owner_list: list[int] = []
    for place, entry in enumerate(entries):
        texts = [entry.question, *entry.phrases]
        phrases += texts
        owner_list += [place] * len(texts)
    owners = np.array(owner_list, dtype=np.int32)
    tokens = [tokenize(text, language) for text in phrases]
    features = [text_features(words, language) for words in tokens]
    places = PLACES if len(phrases) <= MOST_PHRASES else PLACES_OF_MANY
    blocks = {}
    for name in BLOCKS:
        documents = [getattr(one, name) for one in features]
        blocks[name] = build_block(name, documents, owners, places)
    meanings = encoder.encode(phrases) if encoder else np.zeros((len(phrases), 0), np.float32)
    weights, bias = train(
        _classified(blocks, meanings, words_length(encoder)), owners, len(entries), is_logistic=encoder is not None
    )
    own_words = _meaningful_words(tokens, language)
    stems = blocks["stems"]
    return Index(
        language=language,
        encoder=encoder,
        blocks=blocks,
        # Owners only rise, so the first place of each is found by bisection.
        starts=np.searchsorted(owners, np.arange(len(entries))).astype(np.int64),
        weights=weights.astype(np.float16),
        bias=bias,
        centres=_centres(meanings, owners, len(entries)),
        answer_stems=feature_matrix(_answer_stems(entries, language), stems.vocabulary, stems.rarity),
        entry_stems=_features_of_entries([one.stems for one in features], owners, stems, len(entries)),
        entry_concepts=_features_of_entries(
            [one.concepts for one in features], owners, blocks["concepts"], len(entries)
        ),
        words=own_words,
        speller=_speller(own_words, language),
    )


def words_length(encoder: Encoder | None) -> float:
    """How long the vector of a text's words is."""
    return WORDS_BESIDE_MEANING if encoder else 1.0


def _classified(blocks: Mapping[str, Block], meanings: Floats, length: float) -> Floats:
    """Phrases × (places and the meaning): what the classifier learns from."""
    words = sum(MIX[name] ** 0.5 * (blocks[name].rows.T @ blocks[name].hashes) for name in BLOCKS)
    return np.hstack([length * words.toarray(), meanings]).astype(np.float32)


def _centres(meanings: Floats, owners: npt.NDArray[np.int32], entries: int) -> npt.NDArray[np.float16]:
    sums = np.zeros((entries, meanings.shape[1]), np.float32)
    np.add.at(sums, owners, meanings)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), np.float16)


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
    packed: PackedIndex = {name: getattr(index, name) for name in ("starts", "weights", "bias", "centres")}
    packed["words"] = np.array(index.words, dtype=np.str_)
    for name, block in index.blocks.items():
        packed[f"{name}.vocabulary"] = np.array(list(block.vocabulary), dtype=np.str_)
        packed[f"{name}.rarity"] = block.rarity
        packed[f"{name}.unseen"] = np.array([block.unseen], dtype=np.float64)
        packed |= _pack_matrix(f"{name}.rows", block.rows)
    for name in MATRICES:
        packed |= _pack_matrix(name, getattr(index, name))
    return packed


def unpack_index(arrays: Mapping[str, npt.NDArray[np.generic]], language: str, encoder: Encoder | None = None) -> Index:
    """The index from the arrays of `pack_index`, memory-mapped or not; `encoder` is the one it was built with."""
    words = tuple(str(word) for word in arrays["words"].tolist())
    places = arrays["weights"].shape[0] - arrays["centres"].shape[1]
    return Index(
        language=language,
        encoder=encoder,
        blocks={name: _unpack_block(arrays, name, places) for name in BLOCKS},
        starts=np.asarray(arrays["starts"], dtype=np.int64),
        weights=np.asarray(arrays["weights"], dtype=np.float16),
        bias=np.asarray(arrays["bias"], dtype=np.float32),
        centres=np.asarray(arrays["centres"], dtype=np.float16),
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


def _unpack_block(arrays: Mapping[str, npt.NDArray[np.generic]], name: str, places: int) -> Block:
    vocabulary = {feature: place for place, feature in enumerate(arrays[f"{name}.vocabulary"].tolist())}
    rarity = np.asarray(arrays[f"{name}.rarity"], dtype=np.float32)
    unseen = float(np.asarray(arrays[f"{name}.unseen"], dtype=np.float64)[0])
    return Block(
        vocabulary, rarity, _unpack_matrix(arrays, f"{name}.rows"), hash_places(name, vocabulary, places), unseen
    )
