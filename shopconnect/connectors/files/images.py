"""Pictures of a folder: only pictures, only from inside it, and not too large."""

import re
from pathlib import Path

KINDS = (".svg", ".png", ".jpg", ".jpeg", ".webp")
MOST_BYTES = 5_000_000
PART = re.compile(r"[^\x00-\x1f\\/:*?\"<>|]{1,200}")


def is_inside(path: str) -> bool:
    """Whether a text can be the path of a picture inside a folder: relative, plain, without a step up."""
    parts = path.split("/")
    return path.lower().endswith(KINDS) and all(PART.fullmatch(part) and not part.startswith(".") for part in parts)


def open_image(folder: Path, path: str) -> bytes | None:
    """Return a picture's bytes, or None where it is missing, too large, or by a link stands outside the folder."""
    if not is_inside(path):
        return None
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file() or file.stat().st_size > MOST_BYTES:
        return None
    return file.read_bytes()
