"""What a language model wrote, held against the shop's own texts. Pure; whatever is not sure is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from chatbot.answers.composition.claims import claims_of, figures_of, is_claim, names_of, negates
from chatbot.answers.composition.types import Evidence
from chatbot.answers.engine.language import find_language
from chatbot.answers.engine.lexicon import lexicon
from chatbot.answers.engine.tokenizer import fold, stem
from chatbot.answers.redaction import clean, redact

MOST_PHRASES, LONGEST_SUGGESTED = 8, 150
SHORT = 3  # words, of which the language often cannot be told
LONGEST_EVIDENCE, SHORTEST_WORDING, MOST_SENTENCES = 1_000, 10, 6
ROOM = 120  # characters by which a wording may be longer than what it rests on
GROUNDED = 0.5  # of its words that the evidence has

_MARKUP = re.compile(r"[<>*`#_|{}\\~]|&#?\w+;|\]\(")
_CITATION = re.compile(r"\[(\d{1,2})\]")
_STOPS = (".", "!", "?", "…")
_BETWEEN = re.compile(r"(?<=[.!?…])\s+|\n")
_WITHIN = re.compile(r"[.!?…]\s+\S|\n")


def fit_phrases(proposed: object, known: Sequence[str], source: str, language: str) -> tuple[str, ...]:
    """Return those of some proposed phrases that may be shown: new, in the language, no other figures or links.

    `known` are the question and the phrases of the entry, `source` is all that it says.
    """
    if not isinstance(proposed, list):
        return ()
    seen, fit, of_source = {fold(one) for one in known}, list[str](), figures_of(source)
    for one in proposed:
        text = " ".join(one.split()) if isinstance(one, str) else ""
        form = fold(text)
        if not form or form in seen or not _is_plain(text, LONGEST_SUGGESTED):
            continue
        if figures_of(text) <= of_source and _may_be_in(language, text):
            seen.add(form)
            fit.append(text)
    return tuple(fit[:MOST_PHRASES])


def may_be_worded(answer: str) -> bool:
    """Say whether an entry's answer may go out as evidence: short, and without what redaction takes out."""
    return 0 < len(answer) <= LONGEST_EVIDENCE and redact(answer).text == clean(answer)


def checked_wording(proposed: object, evidence: Sequence[Evidence], language: str) -> str | None:
    """Return a worded answer without its citations, or None where anything in it does not hold.

    Each sentence cites one of `evidence` by its number from 1 on, and says no number, date, amount, percentage, link,
    address, name, promise or refusal that the nearest sentence of this one does not hold.
    """
    if not isinstance(proposed, str):
        return None
    sentences = _cited_sentences(proposed.strip(), len(evidence))
    if not sentences or len(sentences) > MOST_SENTENCES:
        return None
    text = " ".join(sentence for sentence, _ in sentences)
    longest = max(len(one.answer) for one in evidence) + ROOM
    if len(text) < SHORTEST_WORDING or not _is_plain(text, longest) or find_language(text) != language:
        return None
    for sentence, number in sentences:
        if not _holds(sentence, evidence[number - 1], language):
            return None
    cited = " ".join(evidence[number - 1].answer for number in {number for _, number in sentences})
    return text if negates(text, language) == negates(cited, language) else None


def _cited_sentences(text: str, entries: int) -> list[tuple[str, int]] | None:
    """The sentences, each with the number that it cites; None where one cites nothing, or what is not there."""
    parts = _CITATION.split(text)
    # What ends a sentence may stand behind its citation.
    stops = [part[0] if part.startswith(_STOPS) else "" for part in parts[2::2]]
    sentences = [part.removeprefix(stop).strip() for part, stop in zip(parts[::2], ["", *stops], strict=True)]
    if sentences.pop():
        return None
    found = []
    for sentence, number, stop in zip(sentences, map(int, parts[1::2]), stops, strict=True):
        if not sentence or _WITHIN.search(sentence) or not 1 <= number <= entries:
            return None
        found.append((sentence if sentence.endswith(_STOPS) else sentence + (stop or "."), number))
    return found


def _is_plain(text: str, longest: int) -> bool:
    """Whether a text is short enough, without markup, brackets, invisible signs, and nothing that redaction knows."""
    has_signs = any(unicodedata.category(sign)[0] == "C" for sign in text)
    if len(text) > longest or has_signs or _MARKUP.search(text) or "[" in text or "]" in text:
        return False
    return redact(text).text == clean(text)


def _may_be_in(language: str, text: str) -> bool:
    found = find_language(text)
    return found == language or (found is None and len(text.split()) <= SHORT)


def _holds(sentence: str, evidence: Evidence, language: str) -> bool:
    """Whether a sentence is held by the answer's, and is about what the entry is about."""
    if not all(_is_held_by(said, sentence, language) for said in _nearest(sentence, evidence.answer, language)):
        return False
    known, words = _stems(f"{evidence.question} {evidence.answer}", language), fold(sentence).split() or [""]
    # A name at the beginning of a sentence is written as any other word.
    begins_well = len(words[0]) <= SHORT or words[0] in lexicon(language).common or stem(words[0], language) in known
    long = [word for word in words if len(word) > SHORT]
    return begins_well and sum(stem(word, language) in known for word in long) >= GROUNDED * len(long)


def _is_held_by(said: str, sentence: str, language: str) -> bool:
    """Whether a sentence claims nothing and names nobody beyond one of the shop's, and refuses where that refuses."""
    is_within = claims_of(sentence) <= claims_of(said) and names_of(sentence) <= set(fold(said).split())
    return is_within and negates(sentence, language) == negates(said, language)


def _nearest(sentence: str, answer: str, language: str) -> list[str]:
    """The sentences of an answer that share most words with one: claims of another would be about another thing."""
    words = {word for word in fold(sentence).split() if not is_claim(word)}
    about = _stems(" ".join(words), language)
    shared = {said: len(about & _stems(said, language)) for said in _BETWEEN.split(answer) if said.strip()}
    return [said for said, count in shared.items() if count == max(shared.values())]


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in fold(text).split() if not word.isdigit()}
