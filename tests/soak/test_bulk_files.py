"""A catalogue of 100,000 products is read from its bulk file within the memory that we promise."""

import json
import random
import subprocess
import sys
import threading

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


SPLIT = """
import math, pathlib, sys
from shopconnect.connectors.shopify.bulk_groups import Groups
assert Groups(pathlib.Path(sys.argv[1])).split(math.inf)
"""
READ = """
import hashlib, pathlib, sys
from shopconnect.connectors.shopify.bulk import read_drafts
found = hashlib.sha256()
for root in read_drafts(pathlib.Path(sys.argv[1]), 0, lambda roots: roots):
    found.update(repr(root).encode())
print(found.hexdigest())
"""


def test_splitting_that_is_killed_three_times_gives_the_same_orders(tmp_path):
    lines, copies = [], [tmp_path / name for name in ("whole", "killed")]
    for number in range(300_000):
        gid = f"gid://shopify/Order/{number}"
        lines += [{"id": gid}, *({"id": f"gid://shopify/LineItem/{number}{n}", "__parentId": gid} for n in "12")]
    random.Random(1).shuffle(lines)
    for path in copies:
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    killed = 0
    while killed < 3:
        worker = subprocess.Popen([sys.executable, "-c", SPLIT, copies[1]], cwd=ROOT)
        checkpoints = {one.stat().st_mtime_ns for one in tmp_path.glob("killed.*/checkpoint.json")}
        # On its way: a checkpoint later than the last one, and no end yet.
        while worker.poll() is None and checkpoints == {
            one.stat().st_mtime_ns for one in tmp_path.glob("killed.*/checkpoint.json")
        }:
            threading.Event().wait(0.01)
        assert worker.poll() is None, "It was done before it could be killed three times."
        worker.kill()
        worker.wait()
        killed += 1
    whole, after = (subprocess.check_output([sys.executable, "-c", READ, path], cwd=ROOT) for path in copies)
    assert whole == after
