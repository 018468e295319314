"""Words as a search compares them: lower-cased, without accents, in any script."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST_TEXT, LONGEST_WORD, MOST_WORDS = 1_000, 60, 8
AFTER_ALL = "\U0010ffff"  # sorts after every letter: what begins with a word lies before the word and this
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": " ", "'": " "})
# Thai, Lao, Burmese, Khmer, Japanese and Chinese put no space between words: for a class of a regular expression.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
SPACELESS = re.compile(f"[{UNSPACED}]")


def fold(text: str) -> str:
    """Return the words of a text, lower-cased and without accents, with single spaces between them."""
    letters = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold().translate(LETTERS))
    plain = (letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in plain).split())


def query_words(text: str) -> list[str]:
    """Return the different words that somebody looks for, folded, eight at most."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in fold(text).split()))[:MOST_WORDS]


def indexed_words(texts: Iterable[str]) -> set[str]:
    """Return what some texts are found by, folded: their words, and in scripts without spaces each end of one."""
    words = {word for text in texts for word in fold(text).split()}
    ends = {word[start:] for word in words if SPACELESS.search(word) for start in range(1, len(word))}
    return {word[:LONGEST_WORD] for word in words | ends}


def has_words(words: Sequence[str], *texts: str) -> bool:
    """Say whether each of some folded words begins a word of the texts."""
    folded = [f" {fold(text)}" for text in texts]
    return all(any((word if SPACELESS.search(word) else f" {word}") in one for one in folded) for word in words)
