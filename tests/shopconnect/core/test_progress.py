"""How far a command is, where nobody looks at a terminal."""

import io
import re

from django.core.management import call_command

from shopconnect.core.observability.progress import FolderPercent, PercentLines, percent_bar


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
