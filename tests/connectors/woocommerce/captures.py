"""Real answers and real signed deliveries: a cut of them stands here, all of them beside a checkout that has them."""

import json
from pathlib import Path
from typing import Any

from tests.servers import ROOT

HERE = Path(__file__).parent / "fixtures"
ALL = ROOT.parent / "shared" / "reference" / "woocommerce" / "captures"
FOLDERS = {"cut": HERE, "all": ALL}
Capture = dict[str, Any]


def answers() -> list[tuple[str, str]]:
    """Return the folder and the name of each captured answer there is."""
    return [(name, path.stem) for name, folder in FOLDERS.items() for path in sorted(folder.glob("*.json"))]


def deliveries() -> list[tuple[str, str]]:
    """Return the folder and the name of each captured delivery there is."""
    return [
        (name, f"webhooks/{path.stem}")
        for name, folder in FOLDERS.items()
        for path in sorted((folder / "webhooks").glob("*.json"))
        if path.stem != "ping"
    ]


def capture(folder: str, name: str) -> Capture:
    """Return what was captured."""
    found: Capture = json.loads((FOLDERS[folder] / f"{name}.json").read_text())
    return found
