"""Many arrays in one numpy file, never a pickle: written one after the other, mapped into memory all at once.

One file a version and not one an array, because a process that serves thousands of shops may have only so many open.
"""

import mmap
import resource
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from cachetools import LRUCache

Arrays = Mapping[str, np.ndarray]
Places = Mapping[str, Sequence[Any]]  # by name: dtype, shape and where it begins

ALIGNED = 64


def write_arrays(file: IO[bytes], arrays: Arrays) -> dict[str, tuple[str, list[int], int]]:
    """Write arrays as one array of bytes; returns dtype, shape and place of each. Raises ValueError for objects."""
    begins, end = {}, 0
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{name} holds objects, and nothing is pickled.")
        begins[name] = end
        end += -(-array.nbytes // ALIGNED) * ALIGNED
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (end,)})
    places, head = {}, file.tell()
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), head + begins[name])
        file.seek(head + begins[name])
        file.write(np.asarray(array, order="C").tobytes())
    file.truncate(head + end)
    return places


def map_arrays(file: IO[bytes], places: Places) -> dict[str, np.ndarray]:
    """Return the arrays of a file by name, read-only; only what is looked at is ever read."""
    _let_many_be_open()
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return {
        name: np.ndarray(shape, dtype, buffer=mapped, offset=begins) for name, (dtype, shape, begins) in places.items()
    }


def let_go(arrays: Arrays) -> None:
    """Have the system take back what was read of mapped arrays; what is looked at again is read again."""
    for array in arrays.values():
        mapped: object = array.base
        if isinstance(mapped, mmap.mmap):
            mapped.madvise(mmap.MADV_DONTNEED)
            return  # they lie in one file


class ArraysInMemory(LRUCache[tuple[int, str], Arrays]):
    """The mapped arrays, by shop and room, whose pages may lie in memory; the least used make room for others."""

    def popitem(self) -> tuple[tuple[int, str], Arrays]:
        """Let go of the least used; they stay mapped for whoever has them."""
        key, coldest = super().popitem()
        let_go(coldest)
        return key, coldest


def map_one(file: Path) -> np.ndarray:
    """Return the only array of a file, read-only."""
    try:
        array: np.ndarray = np.load(file, mmap_mode="r", allow_pickle=False)
    except ValueError:  # an array without elements cannot be mapped
        array = np.load(file, allow_pickle=False)
        array.flags.writeable = False
    return array


@lru_cache(maxsize=1)
def _let_many_be_open() -> None:
    """Take as many open files as this process may have: each map of a file is one."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
