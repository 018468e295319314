"""What our blocks take off the Lighthouse score of a theme's page: less than ten points."""

import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopconnect.embedded.places import free_port, wait_until
from tests.browser.chromium import find_chromium
from tests.browser.conftest import answers  # noqa: F401
from tests.browser.test_embedded import Admin, admin  # noqa: F401
from tests.browser.test_shopify_front import opened  # noqa: F401
from tests.doubles.shopify.store import number_of
from tests.peers.node import FOLDER, node
from tests.waiting import PATIENCE_SECONDS

ROUNDS, MOST_POINTS = 3, 10
NOTHING, ALL = frozenset[str](), frozenset({"embed", "product", "index", "footer"})


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[int]:
    """The port of a Chromium that Lighthouse may steer."""
    port = free_port()
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    with subprocess.Popen([find_chromium(), *options, f"--remote-debugging-port={port}"]) as running:
        assert wait_until((tmp_path / "DevToolsActivePort").exists, PATIENCE_SECONDS)
        yield port
        running.terminate()


def score(port: int, page: str) -> float:
    command = [node(), FOLDER / "lighthouse.mjs", str(port), page]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS).stdout)


@pytest.mark.alone
def test_our_blocks_cost_a_theme_less_than_ten_points(opened: Admin, answers: Any, chromium: int):  # noqa: F811
    shop = opened.shop
    page = f"{shop.front}/en/products/{number_of(shop.store.all('Product')[0])}"
    seen: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for is_filled, scores in seen.items():
            shop.theme.change(ALL if is_filled else NOTHING, shows_chat=is_filled)
            scores.append(score(chromium, page))
    without, with_us = (statistics.median(scores) for scores in seen.values())
    assert with_us > without - MOST_POINTS, seen
    print(f"Lighthouse: {without:.0f} without our blocks, {with_us:.0f} with them", seen)  # noqa: T201
