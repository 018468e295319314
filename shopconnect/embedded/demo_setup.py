"""Bringing a shop in at the first start: made or given as a folder, loaded, trained; done once and remembered."""

import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shopconnect.core.errors import Refusal
from shopconnect.core.machine import SetupProblem, write_private
from shopconnect.embedded.places import CHECKOUT, own_folder
from shopconnect.embedded.session import fingerprint
from shopconnect.sync.services import refuse_unreadable
from shopconnect.sync.types import NOTHING_SAID, FolderDefaults

DEMO = "demo"


@dataclass(frozen=True, slots=True)
class ShopSource:
    """A shop to bring in: its slug, its folder, whether we make that folder, and the platform it lives on.

    Without a platform the folder is loaded; with one, a double of the platform holds the shop, and we are installed.
    """

    name: str
    source: Path
    invented: bool
    platform: str = ""
    defaults: FolderDefaults = NOTHING_SAID

    @property
    def load_options(self) -> tuple[str, ...]:
        """Return what the command that loads the folder is told."""
        said = {"--currency": self.defaults.currency, "--timezone": self.defaults.timezone}
        return (self.name, str(self.source), *(f"{option}={value}" for option, value in said.items() if value))


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


def shop_of(source: Path, defaults: FolderDefaults = NOTHING_SAID) -> ShopSource:
    """Return the shop of a folder of ours or of a platform's exports, named after it.

    `defaults` say what its files do not. Raises SetupProblem where none of them can be read.
    """
    source = source.expanduser().resolve()
    try:
        refuse_unreadable(source)
    except Refusal as refusal:
        raise SetupProblem(refusal.message) from refusal
    name = re.sub(r"[^a-z0-9_-]+", "-", source.name.lower()).strip("-")
    return ShopSource(name=name or "shop", source=source, invented=False, defaults=defaults)


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
    """Return a short sign of the folder's content, names, sizes and times of its files, and of what is said of it."""
    files = sorted(path for path in shop.source.iterdir() if path.is_file())
    return fingerprint(
        [],
        database_url,
        *shop.load_options,
        *(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files),
    )
