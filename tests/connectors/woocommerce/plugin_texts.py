"""What the plugin for WordPress says: the texts in its PHP, and those of its blocks."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from shopconnect.connectors.woocommerce.plugin_zip import FOLDER

PLUGIN = FOLDER / "shopconnect"
SAID = re.compile(r"\b(?:esc_html_e|esc_html__|esc_attr__|__|_e)\( '((?:[^'\\]|\\.)*)', 'shopconnect' \)")
ANY_CALL = re.compile(r"\b(?:esc_html_e|esc_html__|esc_attr__|__|_e)\(")
DESCRIPTION = re.compile(r"Description: +(.+)")


def php_files() -> list[Path]:
    """All of it that PHP runs."""
    return sorted(PLUGIN.rglob("*.php"))


def texts() -> Iterator[tuple[str, str]]:
    """Yield what is said, and the context in which WordPress looks it up ("" for none)."""
    for file in php_files():
        for text in SAID.findall(file.read_text(encoding="utf-8")):
            yield text, ""
    described = DESCRIPTION.search((PLUGIN / "shopconnect.php").read_text(encoding="utf-8"))
    assert described
    yield described[1], ""
    for file in PLUGIN.glob("blocks/*/block.json"):
        block = json.loads(file.read_text(encoding="utf-8"))
        for name in ("title", "description"):
            yield block[name], f"block {name}"
