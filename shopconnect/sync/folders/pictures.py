"""The pictures of a folder: copied into the shop's storage, and out of it again."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_noop

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors.files.images import is_inside, open_image
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
NOT_THERE = gettext_noop("The image %(path)s is missing, too large or not an image.")


def bring_in(shop_id: ShopId, folder: Path) -> list[str]:
    """Copy what products name by a path into storage; returns the paths of those that cannot be had."""
    with shop_scope(shop_id):
        paths = names()
    missing = []
    for path in paths:
        content = open_image(folder, path)
        if content is not None:
            _keep(_stored_name(shop_id, path), content)
        elif not default_storage.exists(_stored_name(shop_id, path)):
            missing.append(path)
    return missing


def take_out(shop_id: ShopId, paths: Iterable[str], folder: Path) -> dict[str, int]:
    """Copy stored pictures into a folder; returns how many, by `images`, or nothing."""
    count = 0
    for path in paths:
        name = _stored_name(shop_id, path)
        if is_inside(path) and default_storage.exists(name):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with default_storage.open(name) as stored:
                target.write_bytes(stored.read())
            count += 1
    return {"images": count} if count else {}


def open_picture(shop_id: ShopId, path: str) -> tuple[IO[bytes], str] | None:
    """Return a stored picture and its media type, or None where the shop has none at a path."""
    media_type = MEDIA_TYPES.get(f".{path.rpartition('.')[2].lower()}")
    if media_type is None or not is_inside(path):
        return None
    try:
        return default_storage.open(_stored_name(shop_id, path)), media_type
    except OSError:
        return None


def names() -> list[str]:
    """Return the paths of pictures that products of the shop in scope name."""
    return [path for path in catalog.image_paths() if is_inside(path)]


def _stored_name(shop_id: ShopId, path: str) -> str:
    return f"shop/{int(shop_id)}/images/{path}"


def _keep(name: str, content: bytes) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as stored:
            if stored.read() == content:
                return
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
