"""The plugin for WordPress in PHP itself: each file is PHP, and what it signs is what we believe."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from shopconnect.core.clock import now
from shopconnect.orders.arms import sign_arm
from shopconnect.widgets.signing import customer_secret, sign_customer, sign_order, signed_customer, signed_order
from tests.connectors.woocommerce.plugin_texts import PLUGIN, php_files

STUBS = Path(__file__).with_name("wordpress.php")
KEY = "pk_0123456789"


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
