"""Tests and hold-outs travel with their shop, and visitors stay in their arms."""

import json
from datetime import UTC, datetime

import pytest
import time_machine

from recommender.products.types import RULES_KIND, VARIETY_KIND
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.folder import read_test
from shopconnect.experiments.models import Experiment
from shopconnect.experiments.results import page_of
from shopconnect.experiments.services import arm_of, configs, set_hold_out, start_experiment
from shopconnect.experiments.types import Because
from shopconnect.sync.services import export_folder, load_folder
from tests.shopconnect.sync.folders import files_of, plain_folder

NOW = datetime(2026, 3, 10, tzinfo=UTC)
FIGURE = {
    "name": "revenue",
    "value": 2.5,
    "base": 2.125,
    "low": -0.0123456789,
    "middle": 0.1,
    "high": 1e-05,
    "covered": 0.75,
}
OUTCOME = {
    "arm": "B",
    "base": "A",
    "since": "2026-02-01T00:00:00Z",
    "visits": 40,
    "base_visits": 41,
    "is_sound": True,
    "figures": [FIGURE],
}
ENDED = {
    "id": "11",
    "kind": "variety",
    "percent": 50,
    "value": 10,
    "base": 5,
    "started_at": "2026-02-01T00:00:00Z",
    "ends_at": "2026-03-01T00:00:00Z",
    "ended_at": "2026-02-20T08:00:00.5Z",
    "because": "harm",
    "outcome": OUTCOME,
}
HOLD_OUT = {"id": "7", "kind": "hold-out", "percent": 10, "started_at": "2026-01-01T00:00:00Z"}
RUNS = {
    "id": "4611686018427387904",
    "kind": "rules",
    "percent": 50,
    "value": 2,
    "base": 0,
    "started_at": "2026-03-01T00:00:00Z",
    "ends_at": "2026-03-29T00:00:00Z",
}
LINES = [HOLD_OUT, ENDED, RUNS]
VISITORS = [f"visitor-{number}" for number in range(200)]


@pytest.fixture(autouse=True)
def _at_rest():
    with time_machine.travel(NOW, tick=False):
        yield
    configs.forget()


def loaded(tmp_path, lines, name="one"):
    return load_folder(name, plain_folder(tmp_path / f"in-{name}-{len(lines)}", tests=lines))


def arms(shop_id):
    return [arm_of(shop_id, visitor, "", NOW.date()) for visitor in VISITORS]


def exported(shop_id, folder):
    export_folder(shop_id, folder)
    return [json.loads(line) for line in files_of(folder)["tests.jsonl"].decode().splitlines()]


def test_tests_go_out_as_they_came_and_nobody_changes_arms(db, tmp_path):
    report = loaded(tmp_path, LINES)
    assert (report.problems, report.counts["tests"].new) == ((), 3)
    assert {arm.letter for arm in arms(report.shop_id)} == {"A", "B", "H"}
    assert {arm.value_of(RULES_KIND) for arm in arms(report.shop_id)} == {None, 2}
    assert exported(report.shop_id, tmp_path / "a") == [
        HOLD_OUT,
        ENDED | {"ended_at": "2026-02-20T08:00:00.500000Z"},
        RUNS,
    ]
    again = load_folder("two", tmp_path / "a").shop_id
    assert arms(again) == arms(report.shop_id)
    export_folder(again, tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_what_a_test_came_to_is_shown_in_its_new_place(db, tmp_path):
    shop_id = loaded(tmp_path, LINES).shop_id
    _running, ended = page_of(shop_id).experiments
    assert (ended.summary.ended_because, ended.comparison.visits, ended.comparison.figures[0].high) == (
        Because.HARM,
        40,
        1e-05,
    )


def test_loading_again_changes_nothing_and_what_ended_stays_ended(db, tmp_path):
    shop_id = loaded(tmp_path, LINES).shop_id
    assert load_folder("one", tmp_path / "in-one-3").counts["tests"].same == 3
    set_hold_out(shop_id, 0)
    with shop_scope(shop_id):
        Experiment.objects.filter(public_id=int(RUNS["id"])).update(ended_at=NOW)
        kept = list(Experiment.objects.order_by("id").values())
    assert load_folder("one", tmp_path / "in-one-3").counts["tests"].changed == 0
    with shop_scope(shop_id):
        assert list(Experiment.objects.order_by("id").values()) == kept


def test_of_two_that_run_the_one_that_began_first_ends(db, tmp_path):
    shop_id = loaded(tmp_path, LINES[:1]).shop_id
    start_experiment(shop_id, VARIETY_KIND, 10, 14)
    loaded(tmp_path, LINES)
    with shop_scope(shop_id):
        rows = {row.public_id: row for row in Experiment.objects.filter(kind__in=("rules", "variety"))}
    assert rows[int(RUNS["id"])].ended_at == NOW
    assert [row.kind for row in rows.values() if row.ended_at is None] == ["variety"]


@pytest.mark.parametrize(
    "said",
    [
        {"id": "x"},
        {"id": str(2**63)},
        {"kind": "colour"},
        {"percent": 101},
        {"percent": None},
        {"value": -1},
        {"value": 1.5},
        {"started_at": None},
        {"because": "luck"},
        {"outcome": [1]},
        {"outcome": {"arm": "B"}},
        {"outcome": OUTCOME | {"figures": [FIGURE | {"value": "much"}]}},
        {"outcome": OUTCOME | {"visits": None}},
        {"outcome": OUTCOME | {"figures": [FIGURE | {"low": None}]}},
    ],
)
def test_a_line_that_is_no_test_is_refused(said):
    assert read_test(ENDED)[0].public_id == 11
    with pytest.raises(BadRow):
        read_test(ENDED | said)
