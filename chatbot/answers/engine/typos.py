"""Words one slip away from a known word: one letter missing, doubled, wrong or swapped."""

from __future__ import annotations

from collections.abc import Iterable

# A shorter word is one slip away from too many others.
SHORTEST = 5
# In a shorter word one wrong letter makes another word too often: "perou" is not "perdu".
LONG = 7


def deletions(word: str) -> set[str]:
    """The word itself and each word made by leaving one letter out."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def _is_one_slip(left: str, right: str) -> bool:
    """Whether two words differ by one edit, a swap of neighbours included; a wrong letter counts in long words only."""
    is_long = len(left) >= LONG
    if abs(len(left) - len(right)) > 1:
        return False
    # What both begin with says nothing; the first letter that differs is where the slip happened.
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    left = left[start:]
    right = right[start:]
    if len(left) == len(right):
        swapped = len(left) > 1 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
        return swapped or (is_long and left[1:] == right[1:])
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter


class Speller:
    """Finds the known word that a mistyped one stands for; words earlier in `known` win.

    Source: symmetric deletion (Garbe, SymSpell): two words one slip apart share a word with one letter left out.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known: dict[str, int] = {}
        self._by_deletion: dict[str, list[str]] = {}
        for word in known:
            if word in self.known:
                continue
            self.known[word] = len(self.known)
            if len(word) >= SHORTEST:
                for key in deletions(word):
                    self._by_deletion.setdefault(key, []).append(word)

    def correct(self, word: str) -> str:
        """The known word one slip away, else the word unchanged; short words are never touched."""
        if len(word) < SHORTEST or word in self.known:
            return word
        near: set[str] = set()
        for key in deletions(word):
            # To share a deletion is only a hint: two words that each lost another letter may be two slips apart.
            near.update(known for known in self._by_deletion.get(key, ()) if _is_one_slip(word, known))
        return min(near, key=self.known.__getitem__) if near else word
