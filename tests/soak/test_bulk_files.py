"""A catalogue of 100,000 products is read from its bulk file within the memory that we promise."""

import json
import random
import subprocess
import sys

from tests.connectors.shopify.test_bulk import product_lines
from tests.servers import ROOT

SCRIPT = """
import pathlib, re, sys
from shopconnect.connectors.base import ResourceType, Tokens
from shopconnect.connectors.shopify.connection import ShopifyConnection
from shopconnect.connectors.shopify.types import App
connection = ShopifyConnection(App(client_id="x", secret="x"), "a.myshopify.com", Tokens(access="x"))
count = sum(1 for _ in connection.read_bulk(ResourceType.PRODUCT, pathlib.Path(sys.argv[1])))
# Not ru_maxrss: a process begins with its parent's.
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
print(count, int(peak) // 1024)
"""


def test_100_000_products_of_three_variants_take_little_memory(tmp_path):
    path, numbers = tmp_path / "file", list(range(100_000))
    random.Random(1).shuffle(numbers)
    with path.open("w") as file:
        for number in numbers:
            lines = list(product_lines(number, levels=1))
            random.Random(number).shuffle(lines)
            file.writelines(json.dumps(line) + "\n" for line in lines)
    count, megabytes = subprocess.check_output([sys.executable, "-c", SCRIPT, path], cwd=ROOT).split()
    assert int(count) == 400_000  # a product, and the stock of three variants
    assert int(megabytes) < 300
