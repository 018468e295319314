"""Bringing a shop in at the first start: made or given as a folder, loaded, trained; done once and remembered."""

import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shopconnect.core.machine import SetupProblem, write_private
from shopconnect.embedded.places import CHECKOUT, own_folder
from shopconnect.embedded.session import fingerprint

DEMO = "demo"


@dataclass(frozen=True, slots=True)
class ShopSource:
    """A shop to bring in: its slug, its interchange folder, whether we make that folder, and the platform it lives on.

    Without a platform the folder is loaded; with one, a double of the platform holds the shop, and we are installed.
    """

    name: str
    source: Path
    invented: bool
    platform: str = ""


def list_doubles() -> list[str]:
    """Return the platforms that run here, each as a double that comes with the tests."""
    return sorted(path.parent.name for path in (CHECKOUT / "tests" / "doubles").glob("*/__main__.py"))


def demo_shop(folder: Path, platform: str = "") -> ShopSource:
    """Return the invented shop, whose folder is kept beside the data, by itself or on a platform that runs here.

    Raises SetupProblem for a platform that does not.
    """
    if platform and platform not in list_doubles():
        there = ", ".join(f"make demo PLATFORM={name}" for name in list_doubles())
        raise SetupProblem(f"There is no {platform} to show here. What there is: {there}")
    name = f"{DEMO}-{platform}" if platform else DEMO
    return ShopSource(name=name, source=folder / DEMO, invented=True, platform=platform)


def shop_of(source: Path) -> ShopSource:
    """Return the shop of an interchange folder, named after it; raises SetupProblem when it is none."""
    source = source.expanduser().resolve()
    if not any((source / f"products.jsonl{end}").is_file() for end in ("", ".gz")):
        raise SetupProblem(f"{source} is no shop folder: it has no products.jsonl or products.jsonl.gz.")
    name = re.sub(r"[^a-z0-9_-]+", "-", source.name.lower()).strip("-")
    return ShopSource(name=name or "shop", source=source, invented=False)


def is_made(folder: Path, shop: ShopSource) -> bool:
    """Whether the folder of an invented shop was written to its end; a given folder always is."""
    return not shop.invented or _stamp(folder, f"made-{shop.source.name}").is_file()


def remember_made(folder: Path, shop: ShopSource) -> None:
    """Note that an invented shop's folder is whole."""
    write_private(_stamp(folder, f"made-{shop.source.name}"), "")


def was_brought_in(folder: Path, shop: ShopSource) -> bool:
    """Whether a shop was brought in to its end before, as far as can be said without the database."""
    return _stamp(folder, shop.name).is_file()


def is_brought_in(folder: Path, shop: ShopSource, database_url: str) -> bool:
    """Whether a shop was loaded from this very folder and trained, and is in the database still."""
    stamp = _stamp(folder, shop.name)
    if not stamp.is_file() or stamp.read_text() != _content(shop, database_url):
        return False
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        # The doorway is the one table that is read without a shop in scope.
        return connection.execute("SELECT 1 FROM shops_shop WHERE slug = %s", [shop.name]).fetchone() is not None


def remember_brought_in(folder: Path, shop: ShopSource, database_url: str) -> None:
    """Note that a shop was loaded and trained."""
    write_private(_stamp(folder, shop.name), _content(shop, database_url))


def _stamp(folder: Path, name: str) -> Path:
    return own_folder(folder / "brought_in", 0o700) / name


def _content(shop: ShopSource, database_url: str) -> str:
    """Return a short sign of the folder's content: names, sizes and times of its files."""
    files = sorted(path for path in shop.source.glob("*.jsonl*") if path.is_file())
    return fingerprint([], database_url, *(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files))
