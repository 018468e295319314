"""How far a command is that computes for a while: a bar in a terminal, a line now and then anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from shopconnect.core.progress import Progress

LINE_SECONDS = 2.0


@contextmanager
def percent_bar(file: Any, name: str = "") -> Iterator[Progress]:
    """Yield what shows the step at hand and how many percent of all are done, at most twice a second.

    In a line `name` says what all is.
    """
    if not file.isatty():
        lines = PercentLines(file, name)
        yield lines
        lines.end()
        return
    looks = "{percentage:3.0f} % |{bar:30}| {elapsed} {desc}"
    with tqdm(total=100, mininterval=0.5, bar_format=looks, file=file) as bar:

        def show(step: str, percent: int) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update(percent - bar.n)

        yield show
        show("", 100)


class PercentLines:
    """Writes `name: 45 % step` every two seconds at most; without a name the step stands in its place."""

    def __init__(self, file: Any, name: str = "") -> None:
        self.file, self.name, self._write_at, self._has_ended = file, name, 0.0, False

    def __call__(self, step: str, percent: int) -> None:
        """Tell how far it is, unless that was told just now; the end is told at once, and once."""
        if percent >= 100:  # noqa: PLR2004
            self.end()
        if self._has_ended or time.monotonic() < self._write_at:
            return
        self._write_at = time.monotonic() + LINE_SECONDS
        step = step.replace(": ", ", ")
        self._write(f"{self.name}: {percent} % {step}" if self.name else f"{step}: {percent} %")

    def end(self) -> None:
        """Tell that all of it is done."""
        if self._has_ended:
            return
        self._has_ended = True
        self._write(f"{self.name or 'all'}: 100 %")

    def _write(self, line: str) -> None:
        self.file.write(f"{line}\n")
        self.file.flush()


class FolderPercent:
    """Turns what `load_folder` tells of one file after the other into percent of the whole folder."""

    def __init__(self, folder: Path, show: Progress) -> None:
        self.show, self._behind = show, dict[str, int]()
        self._total = sum(path.stat().st_size for path in folder.glob("*") if path.is_file()) or 1

    def __call__(self, file: str, done: int, total: int) -> None:
        """Take in how many bytes of a file are behind us."""
        self._behind[file] = done
        self.show(file, min(100 * sum(self._behind.values()) // self._total, 100))
