"""An interchange folder, of which a double fills a shop."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file, packed or not; nothing where there is none."""
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.is_file():
            with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
                yield from map(json.loads, file)
