"""How far a setting-up is: the file that pages read, and what the terminal is told."""

import os
import sys
import time
from pathlib import Path

import pytest

from shopconnect.core.setup_progress import (
    FILE,
    STALE_SECONDS,
    StageProgress,
    end_setup_progress,
    read_setup_progress,
    write_setup_progress,
)
from shopconnect.embedded import setup_reporter
from shopconnect.embedded.places import wait_until
from shopconnect.embedded.process import Process
from shopconnect.embedded.setup_reporter import SetupReporter, SetupStage

STAGES = (SetupStage.INVENT, SetupStage.LOAD, SetupStage.LEARN)


@pytest.fixture
def said() -> list[str]:
    return []


def told_by(folder: Path, *lines: str) -> Process:
    """Return a process that has written these lines."""
    code = f"print({chr(10).join(lines)!r})"
    process = Process("told", [sys.executable, "-c", code], log=folder / "told.log", env=dict(os.environ))
    assert wait_until(lambda: process.exit_code is not None, 60)
    return process


def test_what_is_written_is_read_and_its_end_too(tmp_path):
    steps = (
        StageProgress(SetupStage.INVENT, 100),
        StageProgress(SetupStage.LOAD, 45, "orders"),
        StageProgress(SetupStage.LEARN),
    )
    write_setup_progress(tmp_path, steps)
    assert read_setup_progress(tmp_path) == steps
    assert [(step.is_done, step.is_under_way) for step in steps] == [(True, False), (False, True), (False, False)]
    end_setup_progress(tmp_path)
    end_setup_progress(tmp_path)
    assert read_setup_progress(tmp_path) == ()


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"stage": "load", "percent": "much", "detail": ""}]', "[{}]"])
def test_a_file_that_says_nothing_is_none(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    assert read_setup_progress(tmp_path) == ()


def test_what_a_killed_supervisor_left_is_over_after_a_while(tmp_path):
    write_setup_progress(tmp_path, [StageProgress(SetupStage.LOAD, 45)])
    long_ago = time.time() - STALE_SECONDS - 1
    os.utime(tmp_path / FILE, (long_ago, long_ago))
    assert read_setup_progress(tmp_path) == ()


def test_lines_of_a_process_are_told_in_the_terminal_and_to_the_pages(tmp_path, said):
    reporter = SetupReporter(tmp_path, said.append, "demo", STAGES)
    assert [step.stage for step in read_setup_progress(tmp_path)] == list(STAGES)
    reporter.begin(SetupStage.INVENT, told_by(tmp_path, "nothing to tell", "demo shop: 45 %"))
    reporter.look()
    assert read_setup_progress(tmp_path)[0] == StageProgress(SetupStage.INVENT, 45, "demo shop")
    assert said == ["  The shop is being invented: 45 % (demo shop)"]
    reporter.begin(SetupStage.INVENT, told_by(tmp_path, "demo shop: 100 %"))
    reporter.end(SetupStage.INVENT)
    reporter.end(SetupStage.INVENT)
    assert said[1].startswith("The shop demo is invented (")
    assert len(said) == 2
    reporter.end_all()
    assert read_setup_progress(tmp_path) == ()


def test_a_line_is_said_once_as_long_as_nothing_is_new(tmp_path, said, monkeypatch):
    for pause in ("LOOK_SECONDS", "SAY_SECONDS"):
        monkeypatch.setattr(setup_reporter, pause, 0.0)
    reporter = SetupReporter(tmp_path, said.append, "demo", STAGES)
    reporter.begin(SetupStage.LOAD, told_by(tmp_path, "demo shop: 45 %"))
    reporter.look()
    reporter.look()
    assert said == ["  The shop comes in: 45 % (demo shop)"]


def test_a_process_that_goes_through_several_stages_names_them(tmp_path, said):
    reporter = SetupReporter(tmp_path, said.append, "demo", STAGES)
    process = told_by(tmp_path, "load: 45 % orders", "load: 100 %", "learn: 20 % rehearsal, als")
    reporter.begin(SetupStage.LOAD, process)
    reporter.read(process)
    reporter.look()
    assert read_setup_progress(tmp_path)[1:] == (
        StageProgress(SetupStage.LOAD, 100),
        StageProgress(SetupStage.LEARN, 20, "rehearsal, als"),
    )
    assert reporter.is_done(SetupStage.LOAD)
    assert not reporter.is_done(SetupStage.LEARN)
    assert said[0].startswith("The shop demo is loaded (")
    assert said[1:] == ["  Suggestions are being learnt: 20 % (rehearsal, als)"]


def test_nothing_is_told_of_a_shop_that_is_there(tmp_path, said):
    reporter = SetupReporter(tmp_path, said.append, "demo", ())
    reporter.begin(SetupStage.LOAD)
    reporter.look()
    reporter.end(SetupStage.LOAD)
    assert (said, read_setup_progress(tmp_path)) == ([], ())
