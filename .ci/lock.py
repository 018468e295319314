"""What the locks hold: the packages that `make install` takes, with their versions and the hashes of their files."""

import re
from dataclasses import dataclass
from pathlib import Path

LOCKS = ("requirements.txt", "requirements-semantic.txt")  # requirements-redis.txt repeats one of them
FOLDER = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*(?:\\)?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """A package of the lock; `marker` says where it is installed, "" for everywhere."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock() -> list[Package]:
    """Return the packages of all locks by name, each version once."""
    by_place = {(one.name, one.version, one.marker): one for name in LOCKS for one in _read(FOLDER / name)}
    return [by_place[place] for place in sorted(by_place)]


def _read(lock: Path) -> list[Package]:
    found: list[Package] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            found.append(Package(pin[1].lower().replace("_", "-"), pin[2], pin[3] or "", ()))
        elif (digest := HASH.search(line)) and found:
            last = found[-1]
            found[-1] = Package(last.name, last.version, last.marker, (*last.hashes, digest[1]))
    return found
