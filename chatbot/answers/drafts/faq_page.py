"""Questions and answers on a web page: as FAQPage data, as details that unfold, as headings that ask. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from shopconnect.connectors.html import plain_text

BLOCKS = {"p", "div", "li", "br", "ul", "ol", "tr", "section", "article", "dd", "dt", "table"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNREAD = {"script", "style", "template", "noscript", "svg", "nav", "header", "footer", "form", "button"}
MOST_FOUND, DEEPEST = 300, 12


@dataclass(frozen=True, slots=True)
class FaqPage:
    """What was found: the language that the page names, "" for none, and pairs of question and answer as text."""

    language: str
    pairs: tuple[tuple[str, str], ...]


def read_faq_page(html: str) -> FaqPage:
    """Return the questions and answers of a page, each once; the first way of writing them that the page uses."""
    page = _Page()
    page.feed(html)
    page.close()
    for pairs in (page.data_pairs(), page.details, page.heading_pairs()):
        found = {question: answer for question, answer in pairs if question and answer}
        if found:
            return FaqPage(page.language, tuple(found.items())[:MOST_FOUND])
    return FaqPage(page.language, ())


def read_policy(title: str, html: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a policy: what stands under its title, and under each heading of its own."""
    page = _Page()
    page.feed(html)
    page.close()
    return tuple(page.parts(title))[:MOST_FOUND]


def _lines(html: str) -> str:
    """Return the text of some HTML, a line a block, without empty lines."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.text()


@dataclass
class _Section:
    level: int  # of a heading; 0 before any
    title: str = ""
    parts: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Reads once; what does not show is not read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.details: list[tuple[str, str]] = []
        self._data: list[str] = []
        self._sections = [_Section(0)]
        self._unread: list[str] = []
        self._is_data = False
        self._heading: str | None = None
        self._summary: str | None = None
        self._open: list[tuple[str, list[str]]] = []  # details that are open: their summary and what follows it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = (given.get("lang") or "")[:2].lower()
        if tag in UNREAD:
            self._unread.append(tag)
            self._is_data = tag == "script" and given.get("type") == "application/ld+json"
            if self._is_data:
                self._data.append("")
        elif tag in HEADINGS and self._heading is None:
            self._heading = ""
        elif tag == "details" and len(self._open) < DEEPEST:
            self._open.append(("", []))
        elif tag == "summary" and self._open:
            self._summary = ""
        elif tag in BLOCKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            if tag in self._unread:
                del self._unread[self._unread.index(tag) :]
            self._is_data = False
        elif tag in HEADINGS and self._heading is not None:
            self._sections.append(_Section(int(tag[1]), _joined([self._heading])))
            self._heading = None
        elif tag == "summary" and self._summary is not None and self._open:
            self._open[-1] = (_joined([self._summary]), self._open[-1][1])
            self._summary = None
        elif tag == "details" and self._open:
            title, parts = self._open.pop()
            self.details.append((title, _joined(parts)))
        elif tag in BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self._data[-1] += data
        elif not self._unread:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        if self._unread:
            return
        if self._summary is not None:
            self._summary += text
        elif self._heading is not None:
            self._heading += text
        else:
            self._sections[-1].parts.append(text)
            if self._open:
                self._open[-1][1].append(text)

    def text(self) -> str:
        """Everything that was read, headings too."""
        return _joined([part for one in self._sections for part in (one.title, "\n", *one.parts)])

    def parts(self, title: str) -> Iterator[tuple[str, str]]:
        """Each heading with the text under it; what stands before the first is the title's."""
        for one in self._sections:
            text = _joined(one.parts)
            if text:
                yield (f"{title}: {one.title}" if one.title else title), text

    def data_pairs(self) -> Iterator[tuple[str, str]]:
        """What the page says of itself as FAQPage (schema.org)."""
        for text in self._data:
            try:
                found = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _questions_in(found, 0)

    def heading_pairs(self) -> Iterator[tuple[str, str]]:
        """Headings that ask, each with the text under it."""
        for one in self._sections:
            if one.title.rstrip().endswith("?"):
                yield one.title, _joined(one.parts)


def _questions_in(found: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        return
    if isinstance(found, list):
        for one in found:
            yield from _questions_in(one, depth + 1)
    elif isinstance(found, dict):
        answer = found.get("acceptedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        text = answer.get("text") if isinstance(answer, dict) else None
        if found.get("@type") == "Question" and isinstance(found.get("name"), str) and isinstance(text, str):
            yield plain_text(found["name"]), _lines(text)
        for name in ("@graph", "mainEntity", "hasPart"):
            yield from _questions_in(found.get(name), depth + 1)


def _joined(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
