"""Answers out of a table or of a page of the shop: read, checked, and handed back; nothing is stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from chatbot.answers.drafts.faq_page import read_faq_page, read_policy
from chatbot.answers.engine.language import find_language
from chatbot.answers.faq_lines import read_entry
from chatbot.answers.types import LONGEST_ANSWER, LONGEST_PHRASE, EntrySummary
from shopconnect.connectors.base import Ability
from shopconnect.connectors.files.exports.tables import Table, find_tables
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.types import ConnectorError, PageDraft
from shopconnect.core import http
from shopconnect.core.errors import Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.pace import Pace, at_pace
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.words import fold
from shopconnect.shops.installs import connected
from shopconnect.shops.selectors import shop_profile
from shopconnect.shops.types import NotConnected

MOST_FILE_BYTES = 1_000_000
MOST_PAGE_BYTES = 2_000_000
READ_SECONDS = 6.0
COLUMNS = {
    "id": ("id",),
    "question": ("question",),
    "answer": ("answer", "reponse"),
    "language": ("language", "langue"),
    "category": ("category", "categorie"),
}
PHRASES = re.compile(r"(other )?(phrases?|formulations?|autres formulations)( \d+)?")


def read_table(path: Path, language: str) -> tuple[list[EntrySummary], int]:
    """Return the entries of a table, and how many of its lines are none; `language` is of those that name none.

    Raises Refusal(bad_file) without a column for the question and one for the answer.
    """
    for table in find_tables(path):
        columns = _columns(table)
        if {"question", "answer"} <= set(columns):
            found, bad = [], 0
            for row in table.rows(columns, lambda _behind: None):
                try:
                    if isinstance(row, BadLine) or row.error:
                        raise ValueError
                    found.append(_entry(row, language))
                except ValueError:
                    bad += 1
            return found, bad
    raise Refusal("bad_file", _("The file needs a column “question” and a column “answer”."), 400)


def read_page(shop_id: ShopId, url: str, language: str) -> list[EntrySummary]:
    """Return the questions and answers of a page of the shop; `language` counts where the page names none of ours.

    Raises Refusal(bad_page) with what to do. Opens a scope, and waits for the network outside it.
    """
    with shop_scope(shop_id):
        hosts = shop_profile().hosts
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or parts.hostname not in hosts or parts.username or parts.password:
        raise _bad_page(_("Enter the address of a page of your own shop, on %(hosts)s.") % {"hosts": ", ".join(hosts)})
    try:
        answer = http.call("GET", url.strip(), most_bytes=MOST_PAGE_BYTES, read_seconds=READ_SECONDS, again=False)
    except (http.NetworkError, ValueError) as error:
        raise _bad_page(_("The page couldn’t be read. Check the address and try again.")) from error
    if answer.status != 200 or "html" not in answer.headers.get("content-type", "html"):
        raise _bad_page(_("There’s no page at this address. Check it and try again."))
    page = read_faq_page(_decoded(answer))
    language = page.language if page.language in LANGUAGES else language
    pairs = dict(page.pairs)
    found = _entries(language, pairs, [_id_of(language, question) for question in pairs])
    if not found:
        raise _bad_page(_("No questions and answers were found on this page. You can import a CSV file instead."))
    return found


def read_shop_pages(shop_id: ShopId, language: str) -> list[EntrySummary]:
    """Return the questions and answers of the pages that the shop has on its platform, and the parts of its policies.

    Each page is taken in its own language, told by the platform or by its words; `language` counts where neither tells.
    Raises Refusal(bad_page) with what to do. Opens scopes, and waits for the platform outside them.
    """
    try:
        with at_pace(Pace.PROMPT), connected(shop_id) as connection:
            pages = connection.read_pages() if Ability.PAGES in connection.can else ()
    except (ConnectorError, NotConnected) as error:
        raise _bad_page(_("The pages couldn’t be read. Try again in a few minutes.")) from error
    found = _entries_of_pages(pages, language)
    if not found:
        raise _bad_page(_("No questions and answers were found on your pages. You can import a CSV file instead."))
    return found


def _entries_of_pages(pages: Iterable[PageDraft], language: str) -> list[EntrySummary]:
    """Entries of pages; what pages that translate each other ask in the same place is one in several languages."""
    found: dict[tuple[str, str], EntrySummary] = {}
    originals: dict[str, list[str]] = {}
    for page in pages:
        pairs = dict(_pairs(page))
        told = page.language or find_language(" ".join(map(" ".join, pairs.items()))) or language
        ids = [_id_of(told, question) for question in pairs]
        first = originals.setdefault(page.original, ids) if page.original else ids
        for one in _entries(told, pairs, first if len(first) == len(ids) else ids):
            if told in LANGUAGES:
                found.setdefault((told, one.question), one)
    return list(found.values())


def _pairs(page: PageDraft) -> tuple[tuple[str, str], ...]:
    """A page's questions and answers; of a policy that asks nothing its parts."""
    pairs = read_faq_page(page.html).pairs
    return pairs if pairs or not page.is_policy else read_policy(page.title, page.html)


def _entries(language: str, pairs: Mapping[str, str], ids: Sequence[str]) -> list[EntrySummary]:
    return [
        EntrySummary(external_id, language, question, answer)
        for external_id, (question, answer) in zip(ids, pairs.items(), strict=True)
        if len(question) <= LONGEST_PHRASE and len(answer) <= LONGEST_ANSWER
    ]


def _columns(table: Table) -> list[str]:
    """Return what each column holds, by its title; one that means nothing to us is named by its place."""
    named = {fold(title): name for name, titles in COLUMNS.items() for title in titles}
    return [
        f"phrase {place}" if PHRASES.fullmatch(fold(title)) else named.get(fold(title), f"column {place}")
        for place, title in enumerate(table.titles)
    ]


def _entry(cells: Mapping[str, str], language: str) -> EntrySummary:
    language = cells.get("language", language).strip().lower()[:2]
    given = {name: cells.get(name, "").strip() for name in ("question", "answer", "category")}
    phrases = [one for name, cell in cells.items() if name.startswith("phrase ") for one in _phrases(cell)]
    entry = cells.get("id", "").strip() or _id_of(language, given["question"])
    return read_entry({**given, "id": entry, "language": language, "phrases": phrases})


def _phrases(cell: str) -> Iterator[str]:
    """Yield the phrases of a cell, which stand on lines or between bars."""
    return (one.strip() for one in re.split(r"[\n|]", cell) if one.strip())


def _id_of(language: str, question: str) -> str:
    """Return an id that the same question gets each time, so that importing twice writes nothing twice."""
    return f"q-{hashlib.sha256(f'{language} {fold(question)}'.encode()).hexdigest()[:12]}"


def _decoded(answer: http.HttpAnswer) -> str:
    named = re.search(r"charset=[\"']?([\w-]+)", answer.headers.get("content-type", ""))
    try:
        return answer.body.decode(named[1] if named else "utf-8", errors="replace")
    except LookupError:
        return answer.body.decode("utf-8", errors="replace")


def _bad_page(sentence: str) -> Refusal:
    return Refusal("bad_page", sentence, 400)
