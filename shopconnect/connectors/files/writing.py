"""Writing a folder: the same objects give the same bytes, on any day and any machine."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

GZIPPED = {"products", "prices", "stock", "customers", "orders", "events", "chats"}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_file(folder: Path, name: str, rows: Iterable[Mapping[str, Any]], wrote: Callable[[int], None]) -> int:
    """Write a file of the folder, one object a line, and return how many; without any there is no file.

    `wrote` is told the count now and then.
    """
    path = folder / f"{name}.jsonl{'.gz' if name in GZIPPED else ''}"
    count = 0
    with _opened(path) as file:
        for count, row in enumerate(rows, start=1):
            file.write(_ENCODER.encode(row).encode())
            file.write(b"\n")
            if count % 1000 == 0:
                wrote(count)
    if count == 0:
        path.unlink()
    wrote(count)
    return count


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with path.open("xb") as stored:
        if path.suffix != ".gz":
            yield stored
            return
        # Neither the name nor the time goes into the file, so that equal content gives equal bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=stored, mtime=0, compresslevel=6) as packed:
            yield packed
