"""A release says what is in it, and which advisories name that."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT

LOCKED = "".join((ROOT / f"requirements{name}.txt").read_text() for name in ("", "-semantic"))
PINS = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\\\]+)", LOCKED, re.MULTILINE)
DJANGO = dict(PINS)["django"]


def run(script: str, *given: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / ".ci" / script), *given]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def test_the_bill_of_materials_names_each_package_of_the_lock_once_and_is_the_same_again():
    first, again = (run("sbom.py", "0.2.0").stdout for _ in range(2))
    bill = json.loads(first)
    assert first == again
    assert (bill["bomFormat"], bill["specVersion"], bill["metadata"]["component"]["version"]) == (
        "CycloneDX",
        "1.5",
        "0.2.0",
    )
    assert sorted((one["name"], one["version"]) for one in bill["components"]) == sorted(PINS)
    assert len({one["bom-ref"] for one in bill["components"]}) == len(PINS)
    assert all(one["properties"] for one in bill["components"])


def advisory(folder: Path, *, name: str = "Django", ecosystem: str = "PyPI", **affected: object) -> None:
    entry = {"package": {"name": name, "ecosystem": ecosystem}, **affected}
    (folder / "GHSA-1.json").write_text(json.dumps({"id": "GHSA-1", "summary": "It breaks.", "affected": [entry]}))


def events(*events: dict[str, str]) -> dict[str, object]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


@pytest.mark.parametrize(
    ("affected", "code"),
    [
        ({"versions": [DJANGO]}, 1),
        ({"versions": ["0.1"]}, 0),
        (events({"introduced": "0"}), 1),
        (events({"introduced": "0"}, {"fixed": DJANGO}), 0),
        (events({"introduced": "0"}, {"last_affected": DJANGO}), 1),
        (events({"introduced": "0"}, {"fixed": "1.0"}, {"introduced": DJANGO}), 1),
        (events({"introduced": "999"}), 0),
        ({"versions": [DJANGO], "name": "another"}, 0),
        ({"versions": [DJANGO], "ecosystem": "npm"}, 0),
    ],
)
def test_an_advisory_that_names_what_the_lock_holds_ends_the_audit(tmp_path, affected, code):
    advisory(tmp_path, **affected)
    done = run("audit.py", ADVISORIES=str(tmp_path))
    assert done.returncode == code, done.stderr
    assert (f"django {DJANGO}: GHSA-1 It breaks." in done.stdout) == bool(code)


def test_without_a_list_the_audit_says_that_there_was_none(tmp_path):
    for folder in ("", str(tmp_path)):
        done = run("audit.py", ADVISORIES=folder)
        assert (done.returncode, "NOT audited" in done.stdout) == (0, True)
