"""Where a picture that a test draws goes: into docs/images where a page of the docs shows it, else to be looked at."""

import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path

from tests.servers import ROOT

IMAGES = ROOT / "docs" / "images"


@lru_cache(maxsize=1)
def shown() -> frozenset[str]:
    """Return the names of the pictures that the docs show."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return frozenset(name for page in pages for name in re.findall(r"images/([\w-]+\.png)", page.read_text()))


def place_of(name: str) -> Path:
    """Return where to draw a picture; what no page shows goes where LOOK_AT says."""
    return (IMAGES if name in shown() else Path(os.environ.get("LOOK_AT") or tempfile.gettempdir())) / name
