"""The content of files on their way in, chunk by chunk, in the storage that all machines share."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shopconnect.core.tenancy.context import ShopId
from shopconnect.sync.types import UploadedFile

CHUNK_BYTES = 1_000_000  # below what a request may bring


def chunk_size(file: UploadedFile, offset: int) -> int:
    """Return how many bytes the chunk at an offset of a file has, 0 where there is none."""
    is_start = offset >= 0 and offset % CHUNK_BYTES == 0
    return max(min(CHUNK_BYTES, file.size_bytes - offset), 0) if is_start else 0


def save_chunk(shop_id: ShopId, public_id: int, number: int, offset: int, content: bytes) -> None:
    """Store a chunk; the same one once more takes the place of the first."""
    name = f"{_folder(shop_id, public_id, number)}/{offset:015d}"
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))


def are_whole(shop_id: ShopId, public_id: int, files: Sequence[UploadedFile]) -> bool:
    """Tell whether every chunk of every file has come."""
    return all(set(_names(file)) <= set(_chunks(shop_id, public_id, number)) for number, file in enumerate(files))


def join_chunks(shop_id: ShopId, public_id: int, files: Sequence[UploadedFile], folder: Path) -> None:
    """Write the files, whole and under their own names, into a folder of this machine."""
    for number, file in enumerate(files):
        with (folder / file.name).open("wb") as whole:
            for name in _names(file):
                with default_storage.open(f"{_folder(shop_id, public_id, number)}/{name}") as part:
                    shutil.copyfileobj(part, whole)


def remove_chunks(shop_id: ShopId, public_id: int, files: Sequence[UploadedFile]) -> None:
    """Remove all that came of some files; a second run finds nothing."""
    for number in range(len(files)):
        folder = _folder(shop_id, public_id, number)
        for name in _chunks(shop_id, public_id, number):
            default_storage.delete(f"{folder}/{name}")
        default_storage.delete(folder)
    default_storage.delete(_place(shop_id, public_id))


def _names(file: UploadedFile) -> list[str]:
    """Return the names of a file's chunks, in order: of two requests for one chunk the later has another name."""
    return [f"{offset:015d}" for offset in range(0, file.size_bytes, CHUNK_BYTES)]


def _chunks(shop_id: ShopId, public_id: int, number: int) -> list[str]:
    try:
        return sorted(default_storage.listdir(_folder(shop_id, public_id, number))[1])
    except FileNotFoundError:
        return []


def _folder(shop_id: ShopId, public_id: int, number: int) -> str:
    return f"{_place(shop_id, public_id)}/{number:03d}"


def _place(shop_id: ShopId, public_id: int) -> str:
    return f"shop/{shop_id}/uploads/{public_id}"
