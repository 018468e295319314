"""What is wrong with the lines of a folder, as a file that a merchant works through."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from shopconnect.core.web.csv_files import Cell
from shopconnect.sync.folders.files import title_of
from shopconnect.sync.types import Problem


def problem_rows(problems: Iterable[Problem]) -> Iterator[Sequence[Cell]]:
    """Yield a head, then each problem: file, line (none where it is of the whole file), column and what is wrong."""
    yield _("File"), _("Line"), _("Column"), _("What’s wrong")
    for one in problems:
        yield str(title_of(one.file)), one.line or "", one.column, one.sentence
