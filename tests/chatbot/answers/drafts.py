"""Texts that tests of drafts write."""

from chatbot.answers.types import EntrySummary

ENTRY = "gift-wrap"


def texts_for(answer: str = "Yes, for free.", entry: str = ENTRY) -> dict[str, EntrySummary]:
    """An entry in two languages."""
    return {
        "en": EntrySummary(entry, "en", "Do you wrap presents?", answer, ("gift wrapping",), "Orders"),
        "fr": EntrySummary(entry, "fr", "Faites-vous des paquets cadeaux ?", "Oui, offerts.", ("emballage cadeau",)),
    }
