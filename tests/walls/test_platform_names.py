"""A platform is named in its own folders and in the settings; everybody else asks its descriptor."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT

NAMES = ("shopify", "woocommerce", "prestashop", "magento", "wordpress")
# What WooCommerce's folders say of the system that it stands on is theirs.
ALIASES = {"woocommerce": {"woocommerce", "wordpress"}}
FOLDERS = ("shopconnect", "recommender", "chatbot", "templates")
SUFFIXES = (".py", ".js", ".html", ".txt", ".po", ".css", ".svg")
OWN_FOLDERS = ("shopconnect/connectors", "shopconnect/platforms", "templates/platforms", "templates")
# What platforms export stands in modules named after them, and one lists those.
EXPORTS = "shopconnect/connectors/files/exports/"
SETTINGS = "shopconnect/settings.py"
BUILT = "shopconnect/widgets/js/dist/"  # takes in every platform's storefront.js
NOT_OURS = re.compile(r"(^|/)node_modules/")


def files(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root).as_posix()
            if (
                file.suffix in SUFFIXES
                and not NOT_OURS.search(path)
                and not path.startswith(BUILT)
                and path != SETTINGS
            ):
                yield path, file.read_text()


def may_name(path: str) -> set[str]:
    """Return the platforms that a file may name: the one whose folder it lies in."""
    if path == f"{EXPORTS}formats.py":
        return set(NAMES)
    for name in NAMES:
        if path.startswith(f"{EXPORTS}{name}_"):
            return {name}
        if any(path.startswith(f"{folder}/{name}/") for folder in OWN_FOLDERS):
            return ALIASES.get(name, {name})
    return set()


def strangers(root: Path = ROOT) -> list[str]:
    return [
        f"{path}: {name}"
        for path, text in files(root)
        for name in NAMES
        if name not in may_name(path) and name in text.lower()
    ]


def test_a_platform_is_named_in_its_own_folders_only():
    assert strangers() == []


def test_no_file_elsewhere_bears_a_platforms_name():
    assert [path for path, _ in files() if any(name in path for name in set(NAMES) - may_name(path))] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shopconnect/sync/inbox.py", 'if platform == "shopify":'),
        ("shopconnect/widgets/js/src/non_shopper.js", "window.Shopify"),
        ("templates/dashboard/home.html", "{% if home.platform == 'WooCommerce' %}"),
        ("recommender/prices/locale/fr/LC_MESSAGES/django.po", 'msgid "Prices in Magento"'),
        ("shopconnect/platforms/shopify/app.py", "PrestaShop does it otherwise"),
        ("shopconnect/connectors/base.py", "as WordPress does"),
        ("shopconnect/connectors/files/exports/shopify_orders.py", "unlike Magento's"),
        ("shopconnect/connectors/files/exports/cells.py", "Shopify writes times so"),
    ],
)
def test_a_name_elsewhere_is_found(path, text, tmp_path):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert [found.partition(":")[0] for found in strangers(tmp_path)] == [path]
