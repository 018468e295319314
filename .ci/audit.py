"""Compares the lock with known advisories: a folder of OSV's JSON files (https://osv.dev), as ADVISORIES names it.

Nothing is downloaded here.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lock import Package, read_lock
from packaging.version import InvalidVersion, Version


def is_in(version: str, events: list[Mapping[str, str]]) -> bool:
    """Say whether a version lies in a range: introduced, up to fixed or last_affected."""
    inside = False
    for event in sorted(events, key=_place):
        kind, at = next(iter(event.items()))
        moment = Version("0") if at == "0" else Version(at)
        if kind == "introduced" and Version(version) >= moment:
            inside = True
        if (kind == "fixed" and Version(version) >= moment) or (kind == "last_affected" and Version(version) > moment):
            inside = False
    return inside


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    kind, at = next(iter(event.items()))
    return Version("0" if at == "0" else at), kind != "introduced"


def affects(affected: Mapping[str, Any], package: Package) -> bool:
    """Say whether an advisory's entry means the version of a package that the lock holds."""
    if package.version in affected.get("versions", ()):
        return True
    ranges = [one["events"] for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
    try:
        return any(is_in(package.version, events) for events in ranges)
    except InvalidVersion:
        return True  # better looked at once too often


def found_in(folder: Path, packages: list[Package]) -> Iterator[str]:
    """Yield a line for each advisory that names a package of the lock; withdrawn ones are left out."""
    by_name: dict[str, list[Package]] = defaultdict(list)
    for package in packages:
        by_name[package.name].append(package)
    for file in sorted(folder.rglob("*.json")):
        advisory = json.loads(file.read_text(encoding="utf-8"))
        for affected in () if "withdrawn" in advisory else advisory.get("affected", ()):
            named = affected.get("package", {})
            ours = by_name[named.get("name", "").lower().replace("_", "-")] if named.get("ecosystem") == "PyPI" else []
            for package in (one for one in ours if affects(affected, one)):
                yield f"{package.name} {package.version}: {advisory['id']} {advisory.get('summary', '')}".strip()


def main() -> int:
    """Audit, and say what was found; return 1 where anything was."""
    folder = os.environ.get("ADVISORIES", "")
    if not folder or not any(Path(folder).rglob("*.json")):
        sys.stdout.write("The lock was NOT audited: ADVISORIES names no folder with OSV's list of advisories.\n")
        return 0
    packages = read_lock()
    found = sorted(set(found_in(Path(folder), packages)))
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"No advisory names any of {len(packages)} packages.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
