"""How far a set-up is that runs beside the web server: a small file that pages read.

Whoever sets up names the stages and writes the file again and again; it asks neither database nor Redis, which may not
be there yet.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "coming.json"
STALE_SECONDS = 60.0  # written last so long ago: whoever set up was killed


@dataclass(frozen=True, slots=True)
class StageProgress:
    """A stage, how many percent of it are done, and a word on what is at hand in it."""

    stage: str
    percent: int = 0
    detail: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is left."""
        return self.percent >= 100  # noqa: PLR2004

    @property
    def is_under_way(self) -> bool:
        """Whether some of it is done."""
        return 0 < self.percent < 100  # noqa: PLR2004


def write_setup_progress(folder: Path, steps: Sequence[StageProgress]) -> None:
    """Write how far a set-up is, whole or not at all; readers never see half of it."""
    part = folder / f"{FILE}.{os.getpid()}"
    part.write_text(json.dumps([asdict(step) for step in steps]))
    part.replace(folder / FILE)


def end_setup_progress(folder: Path) -> None:
    """Note that nothing is being set up any more."""
    (folder / FILE).unlink(missing_ok=True)


def read_setup_progress(folder: Path) -> tuple[StageProgress, ...]:
    """Return the steps of a set-up that is under way, in their order; none where there is no such thing."""
    try:
        if time.time() - (folder / FILE).stat().st_mtime > STALE_SECONDS:
            return ()
        found = json.loads((folder / FILE).read_text())
        return tuple(StageProgress(str(one["stage"]), int(one["percent"]), str(one["detail"])) for one in found)
    except (OSError, ValueError, KeyError, TypeError):
        return ()
