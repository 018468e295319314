"""Two questions in one message: each is asked by itself."""

from __future__ import annotations

import re

from chatbot.answers.engine.tokenizer import fold

FEWEST_WORDS = 3  # "how much?" after a question belongs to it
_ASKS = {
    "fr": r"(?:combien|comment|quand|ou (?:est|sont|se|puis|peut)|quels?|quelles?|qu est ce|est ce que?|pourquoi"
    r"|(?:savoir )?si (?:vous|je|on|c est|la|le|les)"
    r"|puis je|peut on|pouvez vous|livrez vous|avez vous|acceptez vous|faites vous|proposez vous|etes vous"
    r"|vendez vous|vous (?:livrez|avez|acceptez|faites|etes|proposez)|c est quoi|je peux|on peut)\b",
    "en": r"(?:how|when|where|what|which|why|who|do (?:you|i|we)|does|can (?:i|you|we|it)|could (?:i|you)|is|are"
    r"|will|would|should|may i|whether|if (?:you|i|we|it))\b",
}
# After another question, a statement is one too: "do you ship to Spain, and the return is free?".
_STATES = {
    "fr": r"(?:le|la|les|l|un|une|vos|votre|mon|ma|mes)(?: [a-z]+){1,2} (?:est|sont|coute|coutent) (?:[a-z]+ )?"
    r"(?:combien|gratuite?s?|offerte?s?|payante?s?|possibles?|inclus\w*|comprise?s?|cher|chere|rapides?|disponibles?)",
    "en": r"(?:(?:the|a|your|my)(?: [a-z]+){1,2}|returns?|delivery|shipping) (?:is|are|costs?) (?:[a-z]+ )?"
    r"(?:how much|free|possible|included|extra|paid|fast|available|in stock)",
}
_ASKING = {language: re.compile(rf"\b{pattern}") for language, pattern in _ASKS.items()}
_GOES_ON = {language: re.compile(rf"{pattern}|{_STATES[language]}$") for language, pattern in _ASKS.items()}
_AND = {
    "fr": re.compile(r"[,;]?\s+(?:et|puis|sinon|aussi|et aussi|et sinon)\s+", re.IGNORECASE),
    "en": re.compile(r"[,;]?\s+(?:and|also|and also|plus)\s+", re.IGNORECASE),
}
_SENTENCE = re.compile(r"[.!;\n]\s*")
_LEANING = {
    "fr": re.compile(r"\b(?:ca|cela|laquelle|lequel|lesquels|lesquelles)\b"),
    "en": re.compile(r"\b(?:it|that|this|they|them|one|those|these)\b"),
}


def leans(text: str, language: str) -> bool:
    """Say whether a question means something of the one before it."""
    return bool(_LEANING[language].search(fold(text)))


def questions_of(text: str, language: str) -> tuple[str, str] | None:
    """The two questions that a message consists of, None for one, for none and for more."""
    asked = [f"{_SENTENCE.split(one)[-1].strip()}?" for one in text.split("?")[:-1]] or [text]
    if min(len(fold(one).split()) for one in asked) < FEWEST_WORDS:
        return None
    if len(asked) == 1:
        return _joined(asked[0], language)
    return (asked[0], asked[1]) if len(asked) == 2 else None  # noqa: PLR2004  (two questions)


def _joined(text: str, language: str) -> tuple[str, str] | None:
    """Two questions in one sentence, the second of which begins as one, or states what may be asked, after "and"."""
    found = []
    for between in _AND[language].finditer(text):
        left, right = text[: between.start()], text[between.end() :]
        is_long = min(len(fold(left).split()), len(fold(right).split())) >= FEWEST_WORDS
        if is_long and _ASKING[language].search(fold(left)) and _GOES_ON[language].match(fold(right)):
            found.append((left.strip(), right.strip()))
    return found[0] if len(found) == 1 else None
