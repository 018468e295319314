"""Each text that people read exists in French, written as French is."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation.template import templatize

from shopconnect.core.rest import schema
from shopconnect.rest_urls import description
from tests.connectors.woocommerce import plugin_texts
from tests.servers import ROOT

PACKAGES = ("shopconnect", "recommender", "chatbot")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
CALL = re.compile(r"""\b(gettext|ngettext|pgettext|_)\(((?:u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?\s*)+)""")
NO_BREAK, THIN = "\u00a0", "\u202f"
DOCS = ROOT / "docs"
NOT_OURS = re.compile(r"node_modules|/vendor/")


def ours(suffix: str, *folders: str) -> Iterator[Path]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not NOT_OURS.search(str(file)):
                yield file


def said_in_code() -> Iterator[tuple[Path, str]]:
    for file in ours(".py", *PACKAGES):
        for _, message, _, _ in extract_from_file("python", str(file), keywords=KEYWORDS):
            yield file, message if isinstance(message, str) else message[0]


def calls_in_templates() -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Yield each call that a template makes for a text: the function's name, and the texts given to it."""
    for suffix in (".html", ".txt"):
        for file in ours(suffix, "templates", *PACKAGES):
            for name, arguments in CALL.findall(templatize(file.read_text(), origin=str(file))):
                yield file, name, ast.literal_eval(f"({arguments.rstrip().rstrip(',')},)")


def counted() -> Iterator[tuple[str, ...]]:
    """Yield the singular and the plural of each text that is counted."""
    for file in ours(".py", *PACKAGES):
        for _, message, _, _ in extract_from_file("python", str(file), keywords=KEYWORDS):
            if not isinstance(message, str):
                yield tuple(message)
    yield from (texts for _, name, texts in calls_in_templates() if name == "ngettext")


def said_in_the_api() -> Iterator[tuple[Path, str]]:
    """What the page of the API shows of its document: docstrings and help texts, which nothing marks."""
    with translation.override("en"):
        groups = schema.operations_by_tag(description.document())
    for tag, operations in groups:
        yield Path(schema.__file__), tag
        for one in operations:
            parts = [*one["parameters"], *one["fields"], *one["body"]]
            for text in (one["summary"], one["about"], *(part["about"] for part in parts)):
                yield Path(schema.__file__), text


def said_in_templates() -> Iterator[tuple[Path, str]]:
    for file, name, texts in calls_in_templates():
        yield file, texts[1] if name == "pgettext" else texts[0]


def singulars(file: Path) -> Iterator[tuple[str, str]]:
    """Yield what a catalogue says of each text without a plural or a context."""
    with file.open("rb") as lines:
        for message in read_po(lines, locale="fr"):
            if message.id and isinstance(message.id, str) and isinstance(message.string, str) and not message.context:
                yield message.id, message.string


def said_in_the_plugin() -> Iterator[tuple[Path, str]]:
    """What the plugin for WordPress says there, which has its French in a file of its own."""
    for text, _ in plugin_texts.texts():
        yield plugin_texts.PLUGIN, text


def said() -> list[tuple[Path, str]]:
    return [*said_in_code(), *said_in_the_api(), *said_in_templates(), *said_in_the_plugin()]


@lru_cache
def french() -> dict[str, Message]:
    entries: dict[str, Message] = {}
    for file in ours(".po", "templates", *PACKAGES):
        with file.open("rb") as lines:
            for message in read_po(lines, locale="fr"):
                if message.id:
                    entries[message.id if isinstance(message.id, str) else message.id[0]] = message
    return entries


def of_message(forms: str | Iterable[str]) -> list[str]:
    """Return the one form of a text, or those of its singular and plural."""
    return [forms] if isinstance(forms, str) else list(forms)


def test_each_text_is_written_in_french():
    missing = {
        f"{file.relative_to(ROOT)}: {text}"
        for file, text in said()
        if text.strip() and (text not in french() or not all(of_message(french()[text].string)) or french()[text].fuzzy)
    }
    assert sorted(missing) == []


def test_what_is_counted_has_its_plural_in_french():
    """A plural is looked up by both its forms: where the catalogue has but one, the page is in English."""
    plurals = {tuple(message.id) for message in french().values() if not isinstance(message.id, str)}
    assert sorted(set(counted()) - plurals) == []


def test_no_french_text_is_left_over():
    assert sorted(set(french()) - {text for _, text in said()}) == []


def test_our_french_is_the_one_that_is_read():
    """No framework's word for the same English, nor another room's, stands in its place."""
    with translation.override("fr"):
        others = {
            key: (read, own)
            for file in ours(".po", "templates", *PACKAGES)
            if not file.is_relative_to(plugin_texts.PLUGIN)
            for key, own in singulars(file)
            if (read := translation.gettext(key)) != own
        }
    assert others == {}


def test_french_has_its_non_breaking_spaces():
    wrong = [
        text
        for message in french().values()
        for text in of_message(message.string)
        if re.search(r"[\w)»] (?:[;:!?»]|%(?!\())|« |[^\s\u00a0\u202f(\d/#&]»|[a-zàâéèêëîïôûùç][;!?](\s|$)", text)
    ]
    assert wrong == []


def test_places_in_a_text_are_the_same_in_french():
    names = re.compile(r"%\((\w+)\)[sd]|(%[sd])|\{(\w+)\}")
    wrong = [
        key
        for key, message in french().items()
        for text in of_message(message.string)
        if isinstance(message.id, str) and sorted(names.findall(key)) != sorted(names.findall(text))
    ]
    assert wrong == []


# What needs no singular: names, limits written in the code, and figures told from many on only.
NEVER_ONE = (
    "address|email|platform|shop|who|days|files|fraction|least|longest|most|whole|cases|orders|pages|places|times"
)


def test_what_is_counted_has_a_singular():
    counted = re.compile(rf"(?:%\((?!(?:{NEVER_ONE})\))\w+\)[sd]|\{{\w+\}}) (?!(?:is|was|has|less)\b)[a-z]+s\b")
    assert [key for key, message in french().items() if isinstance(message.id, str) and counted.search(key)] == []


def words_not_used() -> Iterator[tuple[str, str]]:
    """Yield each word that the table of docs/words.md gives up, after its language."""
    for line in (DOCS / "words.md").read_text().splitlines():
        if line.startswith("|") and not line.startswith(("| English", "|---")):
            _, _, _, *given_up = (cell.strip() for cell in line.strip("|").split("|"))
            for language, words in zip(("en", "fr"), given_up, strict=True):
                yield from ((language, word) for word in words.split(", ") if word)


def said_in_guides() -> Iterator[str]:
    """Yield each line that merchants read in our guides, which are in English, without addresses and commands."""
    for file in ("merchants.md", *sorted(path.relative_to(DOCS) for path in (DOCS / "merchants").glob("*.md"))):
        for line in (DOCS / file).read_text().splitlines():
            yield re.sub(r"\]\([^)]*\)|`[^`]*`|^    manage.*", "", line)


def test_words_that_the_glossary_gives_up_stand_in_no_text():
    texts = {
        "en": [*(text for message in french().values() for text in of_message(message.id)), *said_in_guides()],
        "fr": [text for message in french().values() for text in of_message(message.string)],
    }
    given_up = list(words_not_used())
    assert {language for language, _ in given_up} == set(texts)
    wrong = [
        f"{word}: {text}"
        for language, word in given_up
        for text in texts[language]
        if re.search(rf"(?<![\w’(]){re.escape(word)}(?![\w)])", text, re.IGNORECASE)
    ]
    assert wrong == []


if __name__ == "__main__":
    for message in french().values():
        english, translated = of_message(message.id), of_message(message.string)
        sys.stdout.writelines(f"{text}\n" for text in (*english, *(f"    {text}" for text in translated)))
