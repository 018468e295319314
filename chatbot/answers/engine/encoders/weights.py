"""The arrays of a pretrained model: checked, unpacked and mapped into memory once a machine."""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chatbot.answers.engine.vectors import Floats

MappedArrays = Mapping[str, npt.NDArray[np.generic]]
LAYOUT = "3"  # another one wherever a file's arrays are unpacked in another way
# A matrix lies in slices of so many columns: BLAS copies a whole one before it multiplies few rows by it, which takes
# longer than the product. For more than MANY_ROWS the copy is worth it.
SLICE, MANY_ROWS = 32, 64


class UntrustedWeights(Exception):
    """A file of weights is not the one that was measured; the message names it."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file inside an installed package, and the SHA-256 that it must have."""

    package: str
    path: str
    sha256: str

    def find(self) -> Path | None:
        """Return where it lies; None where the package is not installed. The package itself is never imported."""
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            return None
        return Path(spec.origin).parent / self.path

    def read(self) -> bytes:
        """Return what is in it; raises UntrustedWeights for another file than the pinned one, and OSError for none."""
        path = self.find()
        content = path.read_bytes() if path else b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise UntrustedWeights(f"{path} is not the file that requirements-semantic.txt names. Install it again.")
        return content


def mapped_arrays(file: WeightFile, folder: Path, read: Callable[[Path], MappedArrays]) -> MappedArrays | None:
    """Return the arrays that `read` finds in a file, memory-mapped; None where its package is not installed.

    The first process of a machine checks the file and unpacks it below `folder`; all others share those pages. Raises
    UntrustedWeights for a file that is another than the pinned one.
    """
    source = file.find()
    if source is None:
        return None
    unpacked = folder / f"{file.sha256[:16]}-{LAYOUT}"
    if not unpacked.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{unpacked.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # goes with a process that dies
            if not unpacked.is_dir():
                _unpack(file, source, unpacked, read)
    return {path.stem: np.asarray(np.load(path, mmap_mode="r")) for path in unpacked.glob("*.npy")}


def _unpack(file: WeightFile, source: Path, unpacked: Path, read: Callable[[Path], MappedArrays]) -> None:
    file.read()
    with tempfile.TemporaryDirectory(dir=unpacked.parent) as place:
        part = Path(place) / "arrays"
        part.mkdir()
        for name, array in read(source).items():
            np.save(part / f"{name}.npy", array)
        part.rename(unpacked)  # whole or not at all


def sliced(matrix: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """A matrix (rows, columns) as its slices, (columns / SLICE, rows, SLICE)."""
    return np.ascontiguousarray(matrix.reshape(len(matrix), -1, SLICE).swapaxes(0, 1))


def product(rows: Floats, slices: Floats) -> Floats:
    """Rows times the matrix that `sliced` took apart."""
    if len(rows) > MANY_ROWS:
        return np.asarray(rows @ np.concatenate(list(slices), axis=1))
    return np.asarray(np.matmul(rows, slices).swapaxes(0, 1).reshape(len(rows), -1))
