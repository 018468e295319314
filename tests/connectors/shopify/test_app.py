"""What is installed on Shopify's side."""

import json
import re
import shutil
import subprocess
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import resolve

from shopconnect.connectors.shopify import webhooks
from shopconnect.connectors.shopify.app_folder import APP
from shopconnect.connectors.shopify.types import PAGE_SCOPES
from shopconnect.platforms.shopify import proxy
from shopconnect.widgets.loader import built_files
from tests.peers.node import PACKAGES, node
from tests.servers import ROOT

WORST_SCOPES = {"write_products", "write_orders", "write_customers", "read_all_orders", "write_themes"}


@pytest.fixture
def app() -> dict[str, Any]:
    """What the app's configuration says."""
    return tomllib.loads((APP / "shopify.app.toml").read_text())


def subscriptions(app: dict[str, Any]) -> list[dict[str, Any]]:
    return app["webhooks"]["subscriptions"]


def test_an_install_asks_for_nothing_that_it_can_do_without(app: dict[str, Any]):
    assert not WORST_SCOPES & set(app["access_scopes"]["scopes"].split(","))
    assert app["access_scopes"]["optional_scopes"] == ["write_products", *PAGE_SCOPES]
    assert app["access_scopes"]["use_legacy_install_flow"] is False


def test_webhooks_bring_ids_and_nothing_of_persons(app: dict[str, Any]):
    fields = {field for one in subscriptions(app) for field in one.get("include_fields", ())}
    assert fields == {"id", "updated_at", "order_id", "inventory_item_id", "location_id", "myshopify_domain"}
    whole = {topic for one in subscriptions(app) if "include_fields" not in one for topic in one.get("topics", ())}
    assert whole == {"customers/merge", "app/scopes_update", "bulk_operations/finish"}


def test_what_makes_us_erase_names_its_shop_in_the_part_that_is_signed(app: dict[str, Any]):
    (found,) = [one for one in subscriptions(app) if "app/uninstalled" in one.get("topics", ())]
    assert "myshopify_domain" in found["include_fields"]


def test_what_the_law_demands_is_subscribed_to(app: dict[str, Any]):
    compliance = [one["compliance_topics"] for one in subscriptions(app) if "compliance_topics" in one]
    assert compliance == [["customers/data_request", "customers/redact", "shop/redact"]]


def test_all_webhooks_come_to_one_address_of_one_version(app: dict[str, Any]):
    assert {one["uri"] for one in subscriptions(app)} == {"https://shopconnect.example/hooks/shopify"}
    assert app["webhooks"]["api_version"] == "2026-10"


def test_every_webhook_that_is_subscribed_to_is_understood(app: dict[str, Any]):
    topics = {topic for one in subscriptions(app) for topic in one.get("topics", []) + one.get("compliance_topics", [])}
    assert topics == set(webhooks.TOPICS)


def test_each_address_of_the_app_is_one_of_ours(app: dict[str, Any]):
    addresses = [
        app["application_url"],
        *app["auth"]["redirect_urls"],
        subscriptions(app)[0]["uri"],
        f"{app['app_proxy']['url']}/shelf",
        f"{app['app_proxy']['url']}/loader.js",
        f"{app['app_proxy']['url']}/settings.json",
    ]
    for address in addresses:
        assert resolve(address.removeprefix("https://shopconnect.example"))
    assert "/{prefix}/{subpath}/".format(**app["app_proxy"]) == proxy.USUAL_BASE


def test_an_operators_copy_bears_their_own_client_id_and_address(tmp_path: Path, settings: Any):
    settings.SHOPIFY_CLIENT_ID, settings.SITE_URL, settings.HTTPS = "abc123", "https://connect.example", True
    (tmp_path / "app" / ".shopify").mkdir(parents=True)
    call_command("shopify_app", tmp_path / "app", stdout=StringIO())
    assets = tmp_path / "app" / "extensions" / "shopconnect-theme" / "assets"
    (assets / "loader-of-an-older-build.js").touch()
    call_command("shopify_app", tmp_path / "app", stdout=StringIO())
    assert {one.name for one in assets.iterdir()} == {"shopconnect.js", *(one.name for one in built_files())}
    assert check_theme(assets.parent) == []
    text = (tmp_path / "app" / "shopify.app.toml").read_text()
    written = tomllib.loads(text)
    assert (written["client_id"], written["application_url"]) == ("abc123", "https://connect.example/shopify/")
    assert "shopconnect.example/" not in text
    assert (tmp_path / "app" / ".shopify").is_dir()
    assert (tmp_path / "app" / "extensions" / "shopconnect-pixel" / "src" / "index.js").is_file()


def test_an_extension_stays_the_one_that_shopify_knows_where_the_app_is_written_again(tmp_path: Path, settings: Any):
    settings.SHOPIFY_CLIENT_ID, settings.SITE_URL, settings.HTTPS = "abc123", "https://connect.example", True
    call_command("shopify_app", tmp_path, stdout=StringIO())
    written = sorted(tmp_path.glob("extensions/*/shopify.extension.toml"))
    for number, path in enumerate(written):  # as the command line does, wherever before the first table
        name, rest = path.read_text().split("\n", 1)
        path.write_text(f'{name}\nuid = "known-{number}"\n{rest}')
    call_command("shopify_app", tmp_path, stdout=StringIO())
    call_command("shopify_app", tmp_path, stdout=StringIO())
    assert [tomllib.loads(path.read_text())["uid"] for path in written] == ["known-0", "known-1"]
    ours = APP / written[0].relative_to(tmp_path)
    assert tomllib.loads(written[0].read_text()) == tomllib.loads(ours.read_text()) | {"uid": "known-0"}


@pytest.mark.parametrize(("client_id", "https"), [("", True), ("abc123", False)])
def test_without_a_client_id_or_https_nothing_is_written(tmp_path: Path, settings: Any, client_id: str, https: bool):
    settings.SHOPIFY_CLIENT_ID, settings.HTTPS = client_id, https
    with pytest.raises(CommandError):
        call_command("shopify_app", tmp_path / "app")
    assert not (tmp_path / "app").exists()


def check_theme(folder: Path) -> list[tuple[str, str]]:
    """What Shopify's own linter finds in a theme app extension: rule and file."""
    told = subprocess.run(
        [node(), ROOT / "tests" / "connectors" / "shopify" / "theme_check.mjs", folder],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=PACKAGES.parent,
    )
    return [(rule, Path(file).name) for rule, file in json.loads(told.stdout)]


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    """A copy of the theme app extension."""
    return Path(shutil.copytree(APP / "extensions" / "shopconnect-theme", tmp_path / "theme"))


def test_shopifys_linter_finds_nothing_in_the_theme_extension(theme: Path):
    assert check_theme(theme) == []


def test_shopifys_linter_would_find_what_is_not_allowed(theme: Path):
    with (theme / "blocks" / "shelf.liquid").open("a") as block:
        block.write("{% javascript %}{% endjavascript %}")
    (theme / "assets" / "shopconnect.js").write_text("x" * 10_001)
    found = check_theme(theme)
    assert ("AssetSizeAppBlockJavaScript", "shelf.liquid") in found
    assert "AppBlockValidTags" in {rule for rule, _ in found}


def test_what_shopify_serves_is_small_and_in_both_languages(theme: Path):
    assert (theme / "assets" / "shopconnect.js").stat().st_size < 10_000

    def keys(said: Any, before: str = "") -> set[str]:
        if isinstance(said, str):
            return {before}
        return {key for name, part in said.items() for key in keys(part, f"{before}.{name}")}

    english, french = (
        json.loads((theme / "locales" / f"{name}.schema.json").read_text()) for name in ("en.default", "fr")
    )
    assert keys(english) == keys(french)
    used = {
        f".{key}" for block in (theme / "blocks").iterdir() for key in re.findall(r'"t:([\w.]+)"', block.read_text())
    }
    assert used == keys(english)


def test_the_steps_for_operators_stand_in_the_order_in_which_shopify_takes_them():
    guide = (ROOT / "docs" / "operators" / "shopify.md").read_text()
    text = guide.partition("## Create the app")[2].partition("\n## ")[0]
    steps = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    in_order = ("Create app", "SHOPIFY_CLIENT_ID", "Protected customer data", "shopify app deploy", "development store")
    found = [next(at for at, step in enumerate(steps) if words in step) for words in in_order]
    assert found == sorted(set(found))
