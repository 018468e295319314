"""What the benches measure, on a tiny shop and for a moment; their figures mean nothing here, their form does."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.core.management import CommandError, call_command

from chatbot.answers.transcripts.selectors import list_conversations
from recommender.products.services import train_shop
from shopconnect.connectors import registry
from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.shopify.platform import Shopify
from shopconnect.connectors.shopify.types import App
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.artefacts import store
from shopconnect.core.cache.redis import client
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.events.intake import SHOPS
from shopconnect.measure.bench import drive
from shopconnect.measure.bench.figures import BARS, Side, as_json, judge, percentile, ratio
from shopconnect.measure.bench.load import write_folder
from shopconnect.measure.bench.load_platform import bench_load_platform
from shopconnect.measure.bench.processor import Usage, cost_of, tree_of
from shopconnect.measure.bench.types import NothingToMeasure, Seen
from shopconnect.platforms.shopify.bench.source import ShopifyBench
from shopconnect.shops.selectors import all_shops, find_shop
from shopconnect.sync.services import load_folder

FAQ = {"returns": "How do I send something back?", "hours": "When are you open?", "parcel": "Where is my parcel?"}


@pytest.fixture
def tiny(transactional_db: None, tmp_path: Path) -> Iterator[ShopId]:
    """A shop with 400 order lines and three answers, which other processes see."""
    write_folder(tmp_path / "tiny", 400)
    entries = [{"id": id, "language": "en", "question": question, "answer": id} for id, question in FAQ.items()]
    (tmp_path / "tiny/faq.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    shop_id = load_folder("tiny", tmp_path / "tiny").shop_id
    yield shop_id
    store.erase(shop_id)


def measured(capsys: Any, what: str, **options: Any) -> dict[str, Any]:
    capsys.readouterr()
    call_command("bench", what, shop="tiny", json=True, **options)
    printed = capsys.readouterr()
    assert printed.err != ""
    found: dict[str, Any] = json.loads(printed.out, parse_constant=refuse)
    assert list(found) == ["bench", "figures", "bars"]
    assert found["bench"] == what
    assert all(isinstance(value, int | float) for value in found["figures"].values())
    kind = "_orders" if "orders" in options else "_platform" if "platform" in options else ""
    bars = BARS[what + kind]
    assert [set(bar) for bar in found["bars"]] == [{"name", "value", "bar", "ok"}] * len(bars)
    assert [bar["value"] for bar in found["bars"]] == [found["figures"][bar.name] for bar in bars]
    return found


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON.")


def test_a_percentile_is_a_value_that_was_seen():
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 50.0, 99.0, 100.0]
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert percentile([], 0.5) == 0.0


def test_a_ratio_needs_a_yardstick():
    assert ratio(6.0, 2.0) == 3.0
    assert ratio(0.0, 2.0) == 0.0
    with pytest.raises(ValueError, match="measures nothing"):
        ratio(1.0, 0.0)


def test_a_bar_is_met_at_it_and_missed_beyond_it_or_without_a_figure():
    bars = BARS["widget"]
    met = {bar.name: bar.bar for bar in bars}
    assert all(one.ok for one in judge("widget", met))
    beyond = {bar.name: bar.bar + (0.01 if bar.side == Side.AT_MOST else -0.01) for bar in bars}
    assert not any(one.ok for one in judge("widget", beyond | {"p99": math.nan}))
    assert not any(one.ok for one in judge("widget", {}))


def test_what_is_printed_has_the_form_that_was_agreed():
    found = as_json("load", {"ratio": 2.0, "peak_megabytes": 5000.0, "lines": 7})
    assert found["bench"] == "load"
    assert found["figures"] == {"ratio": 2.0, "peak_megabytes": 5000.0, "lines": 7}
    assert [(bar["name"], bar["value"], bar["ok"]) for bar in found["bars"]] == [
        ("ratio", 2.0, True),
        ("peak_megabytes", 5000.0, False),
    ]


def test_a_tree_holds_each_process_once():
    usages = {1: Usage(0, 1.0), 2: Usage(1, 2.0), 3: Usage(2, 4.0), 9: Usage(0, 8.0)}
    assert tree_of([2], usages) == {2, 3}
    assert tree_of([1, 3], usages) == {1, 2, 3}
    assert tree_of([5], usages) == set()


def test_the_work_of_a_call_is_measured(db: None):
    cost = cost_of(lambda: sum(number * number for number in range(300_000)))
    assert cost.cpu_seconds > 0.005
    assert cost.seconds > 0.005
    assert cost.peak_megabytes > 20


def test_what_two_drives_saw_is_joined():
    both = Seen((1.0, 5.0), (0.1,), {200: 2}, ("a",)).joined_with(Seen((3.0,), (0.0,), {200: 1, 0: 1}, ("b",)))
    assert both == Seen((1.0, 3.0, 5.0), (0.0, 0.1), {200: 3, 0: 1}, ("a", "b"))
    assert (both.calls, both.share(200), both.share(202)) == (4, 0.75, 0.0)
    assert Seen((), (), {}).share(200) == 0.0


def test_a_call_without_answer_is_counted():
    plan = {
        "site": "http://127.0.0.1:9",
        "rate": 20,
        "seconds": 0.2,
        "keep": "",
        "requests": [{"method": "GET", "path": "/", "body": None, "headers": {}}],
    }
    done = subprocess.run(
        [sys.executable, "-I", drive.__file__], input=json.dumps(plan), capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    assert found["statuses"] == {"0": 4}
    assert (len(found["milliseconds"]), len(found["late"]), found["values"]) == (4, 4, [])


def test_without_a_rate_each_call_follows_the_last_until_the_time_is_over():
    plan = {
        "site": "http://127.0.0.1:9",
        "rate": 0,
        "seconds": 0.2,
        "keep": "",
        "requests": [{"method": "GET", "path": "/", "body": None, "headers": {}}],
    }
    done = subprocess.run(
        [sys.executable, "-I", drive.__file__], input=json.dumps(plan), capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    assert found["statuses"]["0"] == len(found["milliseconds"]) > 0


def test_a_folder_holds_as_many_lines_as_asked(tmp_path: Path):
    write_folder(tmp_path / "a", 333)
    write_folder(tmp_path / "b", 333)
    orders = (tmp_path / "a/orders.jsonl").read_text()
    assert sum(len(json.loads(line)["lines"]) for line in orders.splitlines()) == 333
    assert orders == (tmp_path / "b/orders.jsonl").read_text()


def test_a_missing_shop_says_how_it_comes(db: None):
    with pytest.raises(CommandError, match=r"There is no shop named demo: `make demo ONCE=1` first\."):
        call_command("bench", "chat")
    with pytest.raises(CommandError, match=r"There is no shop named other: `manage\.py load_shop` brings one in\."):
        call_command("bench", "train", shop="other")


def test_numbers_that_measure_nothing_are_refused(db: None):
    for option in ({"seconds": 0.0}, {"rate": -1.0}, {"lines": 0}, {"products": 0}):
        with pytest.raises(CommandError, match="more than 0"):
            call_command("bench", "widget", **option)


def test_a_shop_that_was_never_learnt_has_no_shelf_to_measure(tiny: ShopId):
    with pytest.raises(CommandError, match="shows no suggestions yet"):
        call_command("bench", "widget", shop="tiny")


def test_shelves_are_measured_against_a_view_that_does_nothing(tiny: ShopId, capsys: Any):
    train_shop(tiny)
    figures = measured(capsys, "widget", rate=20.0, seconds=2.0)["figures"]
    assert (figures["asked_rate"], figures["answered_share"], figures["shown_share"]) == (20.0, 1.0, 1.0)
    assert figures["rate"] == pytest.approx(min(20.0, figures["capacity"] / 2), rel=0.01)
    assert figures["calls"] == 2 * round(figures["rate"])
    assert 0 < figures["p50"] <= figures["p99"]
    assert figures["ratio"] == pytest.approx(
        figures["cpu_milliseconds"] / figures["yardstick_cpu_milliseconds"], rel=0.01
    )
    assert figures["engine_p50_ratio"] == pytest.approx(
        figures["engine_cpu_p50"] / figures["yardstick_cpu_milliseconds"], rel=0.01
    )


def test_a_shop_that_can_do_less_gets_half_of_what_it_can(tiny: ShopId, capsys: Any):
    train_shop(tiny)
    figures = measured(capsys, "widget", rate=1_000_000.0, seconds=1.0)["figures"]
    assert figures["asked_rate"] == 1_000_000
    assert 0 < figures["rate"] == pytest.approx(figures["capacity"] / 2, rel=0.01)


def test_messages_are_measured_and_leave_no_conversation(tiny: ShopId, capsys: Any):
    figures = measured(capsys, "chat", rate=5.0, seconds=2.0)["figures"]
    assert (figures["rate"], figures["calls"], figures["error_share"]) == (5.0, 10, 0.0)
    assert 0 < figures["p50"] <= figures["p95"]
    with shop_scope(tiny):
        assert list_conversations(0, 10) == []


def test_events_are_measured_and_leave_no_row(transactional_db: None, capsys: Any):
    capsys.readouterr()
    figures = measured(capsys, "events", rate=20.0, seconds=2.0)["figures"]
    assert (figures["rate"], figures["calls"], figures["answered_share"]) == (20.0, 40, 1.0)
    assert 0 < figures["p50"] <= figures["p99"]
    assert list(all_shops()) == []
    assert client().scard(SHOPS) == 0


def test_webhooks_are_measured_and_leave_no_shop(transactional_db: None, capsys: Any):
    capsys.readouterr()
    figures = measured(capsys, "webhooks", rate=20.0, seconds=2.0)["figures"]
    assert (figures["rate"], figures["calls"], figures["answered_share"]) == (20.0, 40, 1.0)
    assert figures["answered_share_without_redis"] == 1.0
    assert 0 < figures["p50_without_redis"] <= figures["p99_without_redis"]
    assert 0 < figures["p50"] <= figures["p99"]
    assert list(all_shops()) == []


def test_a_load_is_measured_and_leaves_no_shop(transactional_db: None, capsys: Any):
    figures = measured(capsys, "load", lines=500)["figures"]
    assert figures["lines"] == 500
    assert figures["rows"] > 600
    assert figures["peak_megabytes"] > 20
    assert (find_shop(f"bench-{os.getpid()}"), list(all_shops())) == (None, [])


def test_a_first_sync_is_measured_and_leaves_no_shop(transactional_db: None, capsys: Any, monkeypatch: Any, offer: Any):
    offer()
    monkeypatch.setattr(Celery, "send_task", lambda *_, **__: pytest.fail("A worker was woken."))
    figures = measured(capsys, "load", platform="shopify", products=300)["figures"]
    assert (figures["products"], figures["variants"]) == (300, 600)
    assert figures["rows"] == 300 * (1 + 2 + 1 + 3 + 5)  # product, variants, translation, prices, stock
    assert figures["file_lines"] > 300 * 7
    assert figures["peak_megabytes"] > 20
    assert figures["catalogue_seconds"] > 0
    assert list(all_shops()) == []
    assert list((settings.DATA_FOLDER / "shop").glob("*/sync/*")) == []
    assert Due.objects.count() == 0


@pytest.mark.parametrize(("platform", "file_lines"), [("shopify", 1200), ("woocommerce", 400)])
def test_a_first_sync_of_orders_is_measured(
    transactional_db: None, capsys: Any, offer: Any, platform: str, file_lines: int
):
    offer()
    figures = measured(capsys, "load", platform=platform, orders=400)["figures"]
    assert (figures["orders"], figures["lines"], figures["file_lines"]) == (400, 800, file_lines)
    assert 0 < figures["longest_step_seconds"] < figures["seconds"]
    assert (figures["answer_cpu_seconds"] > 0) == (platform == "woocommerce")
    assert list(all_shops()) == []


def test_a_first_sync_that_asks_page_by_page_is_measured_without_its_answers(
    transactional_db: None, capsys: Any, offer: Any
):
    offer()
    figures = measured(capsys, "load", platform="woocommerce", products=300)["figures"]
    assert (figures["products"], figures["variants"], figures["file_lines"]) == (300, 600, 900)
    assert 0 < figures["answer_cpu_seconds"] < figures["cpu_seconds"]
    assert figures["catalogue_seconds"] > 0
    assert list(all_shops()) == []


def test_a_platform_that_was_set_up_is_there_again_after_a_first_sync_was_measured(transactional_db: None, offer: Any):
    usual = Shopify(App(client_id="x", secret="x"))
    offer(usual)
    bench_load_platform("shopify", ShopifyBench(), ResourceType.PRODUCT, 20, lambda *_: None)
    assert registry.find_platform(usual.name) is usual


def test_a_first_sync_that_is_held_up_is_no_measure(transactional_db: None, monkeypatch: Any, offer: Any):
    away = ConnectorError("shopify", 503, permanent=False, detail="away")

    def fail(*_: Any) -> None:
        raise away

    offer()
    monkeypatch.setattr("shopconnect.platforms.shopify.bench.source.shutil.copyfile", fail)
    with pytest.raises(NothingToMeasure, match=r"does not come in: product \(away: away\)"):
        bench_load_platform("shopify", ShopifyBench(), ResourceType.PRODUCT, 20, lambda *_: None)
    assert list(all_shops()) == []


def test_training_is_measured_against_one_plain_fit(tiny: ShopId, capsys: Any):
    figures: Mapping[str, float] = measured(capsys, "train")["figures"]
    assert figures["lines"] == 400
    assert 0 < figures["interactions"] <= 400
    assert figures["ratio"] > 1


def test_training_of_an_invented_shop_is_measured_with_bars_of_its_own(db: None, capsys: Any):
    call_command("bench", "train", products=300, json=True)
    found = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (found["figures"]["products"], found["bench"]) == (300, "train")
    assert found["figures"]["lines"] + found["figures"]["increment_lines"] == 3_000
    assert [bar["name"] for bar in found["bars"]] == [bar.name for bar in BARS["train_invented"]]
    assert list(all_shops()) == []
