"""Simulated shoppers."""

import re
import signal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shopconnect.core import http
from shopconnect.demo.management.commands import simulate_shoppers
from shopconnect.demo.shoppers import Shopper
from tests.browser.conftest import Answers, answers, front, small_shop  # noqa: F401  (the small shop, without a browser)


def test_shoppers_look_at_pages_and_shelves(front: str, answers: Answers, capsys: Any):  # noqa: F811
    http.configure(allow_loopback=False)  # as a site is that no developer set up
    site = front.removesuffix("/storefront/front")
    call_command("simulate_shoppers", "front", shoppers=3, seconds=3, pause=0.1, site=site, seed=1)
    pages, shelves, _, failed = map(int, re.findall(r"\d+", capsys.readouterr().out))
    assert pages > 5
    assert shelves == len(answers.of("shelf")) > 0
    assert failed == 0
    assert {ask.text("limit") for ask in answers.of("shelf")} == {"4"}


def test_shoppers_go_when_the_site_is_gone(front: str, monkeypatch: pytest.MonkeyPatch, capsys: Any):  # noqa: F811
    monkeypatch.setattr(simulate_shoppers, "PATIENCE_SECONDS", 0.0)
    call_command("simulate_shoppers", "front", site="http://127.0.0.1:9", seed=1)
    assert capsys.readouterr().out == "0 pages, 0 shelves, 0 questions, 0 failed\n"


def test_a_shop_without_products_has_no_shoppers(db: None):
    with pytest.raises(CommandError, match="There is no shop named nowhere"):
        call_command("simulate_shoppers", "nowhere")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_shoppers_stop_at_once_when_told(front: str, monkeypatch: pytest.MonkeyPatch, told: int):  # noqa: F811
    usual, steps = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}, []

    def step(shopper: Shopper) -> None:
        steps.append(shopper)
        signal.raise_signal(told)

    monkeypatch.setattr(Shopper, "step", step)
    try:
        signal.signal(told, signal.SIG_IGN)  # only a main thread is told
        call_command("simulate_shoppers", "front", site=front.removesuffix("/storefront/front"), seed=1)
    finally:
        for one, handler in usual.items():
            signal.signal(one, handler)
    assert len(steps) == 1
