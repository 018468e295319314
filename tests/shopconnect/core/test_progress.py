"""How far a command is, where nobody looks at a terminal, and waiting for something as long as it moves."""

import io
import re
from collections.abc import Iterable

from django.core.management import call_command

from shopconnect.core.observability.progress import FolderPercent, PercentLines, percent_bar
from shopconnect.core.progress import Reached, wait_while_moving

STILL_SECONDS = 10.0


def test_without_a_terminal_there_are_lines_and_no_bar():
    file = io.StringIO()
    with percent_bar(file, "learn") as show:
        show("validation: als", 20)
        show("said just now", 21)
    assert file.getvalue() == "learn: 20 % validation, als\nlearn: 100 %\n"


def test_the_end_is_told_at_once_and_once():
    file = io.StringIO()
    lines = PercentLines(file, "load")
    lines("orders", 50)
    lines("orders", 100)
    lines("events", 100)
    lines.end()
    assert file.getvalue() == "load: 50 % orders\nload: 100 %\n"


def test_a_folder_is_behind_us_when_all_its_files_are(tmp_path):
    for name, size in (("products.jsonl", 100), ("orders.jsonl.gz", 300)):
        (tmp_path / name).write_bytes(b"x" * size)
    seen: list[tuple[str, int]] = []
    percent = FolderPercent(tmp_path, lambda step, done: seen.append((step, done)))
    for file, done in (("products", 50), ("products", 100), ("orders", 150), ("orders", 300)):
        percent(file, done, 300)
    assert seen == [("products", 12), ("products", 25), ("orders", 62), ("orders", 100)]


def test_inventing_tells_how_far_it_is_line_by_line(tmp_path):
    told = io.StringIO()
    call_command("make_demo_shop", tmp_path / "shop", scale=0.01, stderr=told)
    lines = told.getvalue().splitlines()
    assert re.fullmatch(r"invent: \d+ % day \d+ of \d+", lines[0])
    assert lines[-1] == "invent: 100 %"
    assert "\r" not in told.getvalue()


def waited(seen: Iterable[Reached], pause_seconds: float) -> tuple[bool, int]:
    """Look at one after the other, a pause apart by a clock of our own: what came of it, after how many."""
    looks, passed = list(seen), [0]

    def look() -> Reached:
        passed[0] += 1
        return looks[passed[0] - 1]

    found = wait_while_moving(look, STILL_SECONDS, clock=lambda: passed[0] * pause_seconds, wait=lambda seconds: None)
    return found, passed[0]


def test_what_moves_is_waited_for_however_long_it_takes() -> None:
    slow = [Reached(is_done=False, at=step) for step in range(1000)]
    assert waited([*slow, Reached(is_done=True)], pause_seconds=STILL_SECONDS) == (True, 1001)


def test_what_stands_still_is_given_up_from_when_it_last_moved() -> None:
    moving = [Reached(is_done=False, at=step) for step in range(5)]
    still = [Reached(is_done=False, at=4)] * 20
    assert waited([*moving, *still], pause_seconds=1) == (False, 16)


def test_what_is_done_is_not_waited_for() -> None:
    assert waited([Reached(is_done=True)], pause_seconds=1) == (True, 1)
