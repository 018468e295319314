"""The plugin for WordPress in PHP itself: each file is PHP, and what it signs is what we believe."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shopconnect.core.clock import now
from shopconnect.orders.arms import sign_arm
from shopconnect.widgets.signing import customer_secret, sign_customer, sign_order, signed_customer, signed_order
from tests.connectors.woocommerce.plugin_texts import PLUGIN, php_files

STUBS = Path(__file__).with_name("wordpress.php")
NETWORK = Path(__file__).with_name("wordpress_network.php")
KEY = "pk_0123456789"
SERVICE = "https://shopconnect.example/hooks/woocommerce"


@pytest.fixture(scope="module")
def php() -> str:
    found = shutil.which("php")
    assert found, "There is no PHP. `make soak` obtains one as root; or install php-cli."
    return found


def run(*command: str, said: str = "") -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("file", php_files(), ids=lambda file: file.name)
def test_each_file_is_php(php: str, file: Path):
    assert run(php, "-l", str(file)).startswith("No syntax errors")


def test_what_it_signs_and_carries_is_what_we_believe(php: str, shop):
    until = int(now().timestamp()) + 3600
    arms = [sign_arm(shop, "ABH"[number % 3]) for number in range(100)]
    made_up = ["A", f"{arms[0]}0", f"{arms[0]}\n", "", "A.1.x", 7, None, ["A"]]
    asked = {"secret": customer_secret(KEY), "customer": 12, "until": until, "order": 7, "arms": arms + made_up}
    told = json.loads(run(php, "-d", "display_errors=stderr", str(STUBS), str(PLUGIN), said=json.dumps(asked)))
    assert told["customer"] == sign_customer(KEY, "12", until)
    assert signed_customer(KEY, told["customer"]) == "12"
    assert told["order"] == sign_order(KEY, "7")
    assert signed_order(KEY, told["order"]) == "7"
    assert told["arms"] == arms + [""] * len(made_up)


def site(number: int) -> dict[str, Any]:
    """A shop of a network that is connected, and connected to another service as well."""
    hooks = [
        {"webhook_id": number * 10, "name": "ShopConnect order.updated", "delivery_url": f"{SERVICE}/{number}"},
        {"webhook_id": number * 10 + 1, "name": "Accounts", "delivery_url": "https://accounts.example/hook"},
    ]
    keys = [{"description": "ShopConnect - API (2026-12-01 10:00:00)"}, {"description": "Accounts - API (x)"}]
    letters = [{"meta_key": "_shopconnect_arm"}, {"meta_key": "_other"}]
    tables = {"wc_webhooks": hooks, "woocommerce_api_keys": keys, "wc_orders_meta": letters}
    return {"options": {"blogname": f"Shop {number}"}, "meta": ["_shopconnect_arm", "_other"], "tables": tables}


def without_ours(one: dict[str, Any]) -> dict[str, Any]:
    """What uninstalling leaves of a shop: what others put there."""
    return {**one, "meta": one["meta"][1:], "tables": {name: rows[1:] for name, rows in one["tables"].items()}}


@pytest.mark.parametrize("has_woocommerce", [True, False])
def test_each_site_of_a_network_keeps_its_own_settings_and_none_keeps_anything_of_ours(php: str, has_woocommerce: bool):
    sites = {str(number): site(number) for number in range(1, 121)} | {"121": {**site(121), "tables": {"posts": []}}}
    keys = {"1": "pk_first", "2": "pk_second", "120": "pk_last"}
    asked = {"is_network": True, "has_woocommerce": has_woocommerce, "sites": sites, "keys": keys}
    told = json.loads(run(php, str(NETWORK), str(PLUGIN), said=json.dumps(asked)))
    assert told["keys"] == dict.fromkeys(sites, "") | keys
    shops = {number: without_ours(one) for number, one in sites.items() if number != "121"}
    assert told["left"] == shops | {"121": {**sites["121"], "meta": ["_other"]}}
    assert told["site"] == 1


def test_a_site_by_itself_keeps_nothing_of_ours_either(php: str):
    asked = {"is_network": False, "has_woocommerce": True, "sites": {"1": site(1)}, "keys": {"1": "pk_own"}}
    told = json.loads(run(php, str(NETWORK), str(PLUGIN), said=json.dumps(asked)))
    assert told == {"keys": {"1": "pk_own"}, "left": {"1": without_ours(site(1))}, "site": 1}
