"""What an export is: rows with named cells, and how a platform's rows become drafts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shopconnect.connectors.files.exports.conventions import Conventions
from shopconnect.connectors.files.exports.index import CatalogIndex
from shopconnect.connectors.files.values import BadRow, ParsedRow


class ExportRow(ParsedRow):
    """One row of an export: the cells that hold something, by their columns' names in small letters.

    `faults` are of cells, `error` is why the row as a whole is left out, `conventions` are its file's.
    """

    conventions = Conventions()

    def __init__(self, cells: Mapping[str, str], number: int) -> None:
        super().__init__(cells)
        self.number = number  # of the line on which it begins
        self.error: BadRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContext:
    """What the rows of an export leave unsaid: the shop's currency, time zone and products, and whose an e-mail is."""

    currency: str
    index: CatalogIndex
    timezone: str = "UTC"
    find_customer: Callable[[str], str] = lambda email: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One kind of export.

    platform: whose, as merchants call it.
    kind: the file of a folder that it stands for: products, customers or orders.
    columns: by which it is known, in small letters; `renamed` maps what they are called elsewhere to these.
    group: a row's key, and other names by which rows may mean it; rows of one key are read together.
    read: the rows of one key -> drafts; raises BadRow where nothing can be made of them.
    lacking: columns, and what a merchant should know of a file that has none of them.
    has_currency: whether its rows name one.
    """

    platform: str
    kind: str
    columns: frozenset[str]
    group: Callable[[ExportRow], tuple[str, ...]]
    read: Callable[[Sequence[ExportRow], ReadingContext], Iterator[Any]]
    renamed: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    has_currency: bool = False
