"""The plugin for WordPress as a file, and what WordPress.org asks of it that can be read off."""

import io
import json
import re
import tomllib
from gettext import GNUTranslations
from zipfile import ZipFile

import pytest

from shopconnect.connectors.woocommerce.plugin_zip import build_plugin
from shopconnect.connectors.woocommerce.types import PLUGIN as NAMESPACE
from tests.connectors.woocommerce.plugin_texts import ANY_CALL, PLUGIN, SAID, php_files
from tests.doubles.woocommerce.plugin import VERSION
from tests.servers import ROOT

MAIN = "shopconnect/shopconnect.php"
FRENCH = "shopconnect/languages/shopconnect-fr_FR"


def unpacked(service: str = "") -> dict[str, bytes]:
    archive = ZipFile(io.BytesIO(build_plugin(service)))
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_files_make_the_same_bytes_and_nothing_else_is_in_them():
    files = unpacked()
    assert build_plugin() == build_plugin()
    assert {name.rpartition(".")[2] for name in files} == {"php", "js", "json", "txt", "po", "mo"}
    assert all(name.startswith("shopconnect/") for name in files)
    assert {"shopconnect/readme.txt", "shopconnect/uninstall.php", MAIN, f"{FRENCH}.mo"} <= set(files)


def test_it_knows_who_built_it_and_takes_nothing_for_an_address():
    assert b"const BUILT_FOR = '';" in unpacked()[MAIN]
    assert b"const BUILT_FOR = 'https://shop.example';" in unpacked("https://shop.example")[MAIN]
    for wrong in ("http://shop.example", "https://shop.example'; evil(); '", "shop.example"):
        with pytest.raises(ValueError, match="no https address"):
            build_plugin(wrong)


def test_it_has_our_version_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    main, readme = (PLUGIN / "shopconnect.php").read_text(), (PLUGIN / "readme.txt").read_text()
    said = re.findall(r"Version: +(\d\S+)|VERSION = '([^']+)'", main) + re.findall(r"Stable tag: (())(\S+)", readme)
    assert {"".join(one) for one in said} == {project, VERSION}


def test_no_file_runs_by_itself():
    for file in php_files():
        guard = "WP_UNINSTALL_PLUGIN" if file.name == "uninstall.php" else "ABSPATH"
        assert f"defined( '{guard}' ) || exit;" in file.read_text(), file


def test_it_speaks_to_nobody_by_itself():
    code = "".join(file.read_text() for file in php_files())
    assert re.findall(r"wp_remote_\w+|wp_safe_remote_\w+|curl_\w+|fsockopen|file_get_contents", code) == []
    assert re.findall(r"https?://\w[^\s'\"]+", code) == ["https://www.gnu.org/licenses/gpl-2.0.html"]


def test_it_says_what_it_is_in_the_words_of_both_sides():
    rest = (PLUGIN / "includes/rest.php").read_text()
    assert rest.count(f"'{NAMESPACE}'") == rest.count("register_rest_route(") == rest.count("'permission_callback'")
    readme = (PLUGIN / "readme.txt").read_text()
    for heading in ("Description", "External services", "Installation", "Changelog"):
        assert f"== {heading} ==" in readme


def test_each_text_is_found_where_its_french_is_asked_for():
    for file in php_files():
        code = file.read_text()
        assert len(ANY_CALL.findall(code)) == len(SAID.findall(code)), file


def test_its_french_is_compiled():
    french = GNUTranslations(io.BytesIO(unpacked()[f"{FRENCH}.mo"]))
    assert french.gettext("Connect ShopConnect") == "Connecter ShopConnect"
    assert french.pgettext("block title", "ShopConnect assistant") == "Assistant ShopConnect"


def test_blocks_are_what_the_server_registers():
    blocks = [json.loads(file.read_text()) for file in PLUGIN.glob("blocks/*/block.json")]
    names = {one["name"].removeprefix("shopconnect/") for one in blocks}
    registered = (PLUGIN / "includes/blocks.php").read_text()
    assert names == set(re.findall(r"'(\w+)' +=> __NAMESPACE__", registered)) == {"shelf", "chat", "consent"}
