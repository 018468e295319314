"""The script that a shop's pages load: the built file with the shop's settings put in, compressed once and kept."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli

from shopconnect.core import caches
from shopconnect.widgets.registry import list_names
from shopconnect.widgets.types import ShopFront
from shopconnect.widgets.words import words_by_language

BUILT = Path(__file__).parent / "js" / "dist"
_PLACE = b"SHOPCONNECT_SETTINGS"


@dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be sent: plain, gzip and brotli, and the tag by which browsers ask whether it has changed."""

    plain: bytes
    gzip: bytes
    brotli: bytes
    etag: str

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """Return the smallest form that an Accept-Encoding header allows, and its name ("" for plain)."""
        names = {part.partition(";")[0].strip() for part in accepted.lower().split(",") if ";q=0" not in part}
        if "br" in names:
            return self.brotli, "br"
        if "gzip" in names:
            return self.gzip, "gzip"
        return self.plain, ""


def compressed(code: bytes) -> Script:
    """Compress a script as far as it goes; some tens of milliseconds, so the result is to be kept."""
    return Script(
        plain=code,
        gzip=gzip.compress(code, 9, mtime=0),
        brotli=brotli.compress(code, quality=11),
        etag=f'"{hashlib.sha256(code).hexdigest()[:20]}"',
    )


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Return what the last build is made of: loader, panel, and the panel's integrity hash."""
    return dict(json.loads((BUILT / "manifest.json").read_text()))


def script_settings(front: ShopFront, proxy: str = "") -> dict[str, object]:
    """Return what the loader must know of a shop; paths are relative to the loader's own address.

    `proxy` is where the shop's platform hands our paths on, if it does.
    """
    built = manifest()
    return {
        "base": proxy or f"/w/{front.public_key}/",
        "proxied": bool(proxy),
        "chat": f"{proxy or '/w/'}assets/{built['panel']}",
        "integrity": built["integrity"],
        "name": front.name,
        "language": front.default_language,
        "has": list_names(),
        "words": words_by_language(front.name),
    }


@lru_cache(maxsize=512)
def loader_script(front: ShopFront, proxy: str = "") -> Script:
    """Return the loader of a shop; made again when what it says of the shop changes."""
    code = (BUILT / manifest()["loader"]).read_bytes()
    return compressed(code.replace(_PLACE, _as_script(script_settings(front, proxy)), 1))


@lru_cache(maxsize=512)
def cdn_settings(front: ShopFront, proxy: str) -> Script:
    """Return as JSON what a loader must know that a platform's CDN serves, and which one: the panel lies beside it.

    Its version is in its name, so that no page runs another build than the server's. A CDN may write a file shorter,
    so the panel's integrity hash would not hold there.
    """
    built = manifest()
    said = script_settings(front, proxy) | {"loader": built["loader"], "chat": built["panel"], "integrity": None}
    return compressed(json.dumps(said, separators=(",", ":")).encode())


def built_files() -> list[Path]:
    """Return the files of the last build that a platform's CDN may serve."""
    return [BUILT / manifest()[name] for name in ("loader", "panel")]


caches.register(loader_script.cache_clear)
caches.register(cdn_settings.cache_clear)


@lru_cache(maxsize=4)
def asset_script(name: str) -> Script | None:
    """Return the panel under its hashed name, or None for any other name."""
    return compressed((BUILT / name).read_bytes()) if name == manifest()["panel"] else None


def _as_script(settings: dict[str, object]) -> bytes:
    """Write JSON that is inert inside a script, wherever the script ends up."""
    return json.dumps(settings, separators=(",", ":")).replace("<", "\\u003c").encode()
