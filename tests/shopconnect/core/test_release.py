"""A release says what is in it, and which advisories name that."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
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


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a release is made of a commit")
def test_a_release_carries_its_bill_of_materials(tmp_path):
    made = ("-o", ".venv/installed", "-o", ".venv/messages")
    subprocess.run(["make", *made, "release", f"INTO={tmp_path}"], cwd=ROOT, check=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    archive, bill = f"shopconnect-{version}.tar.gz", f"shopconnect-{version}.cdx.json"
    assert {file.name for file in tmp_path.iterdir()} == {archive, bill, "SHA256SUMS"}
    assert (tmp_path / bill).read_text() == run("sbom.py", version).stdout
    with tarfile.open(tmp_path / archive) as packed:
        assert f"shopconnect-{version}/manage.py" in packed.getnames()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)


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


@pytest.mark.parametrize("is_known", [False, True])
def test_continuous_integration_audits_the_lock_and_goes_on_only_where_nothing_is_found(tmp_path, is_known):
    """The real script, in a copy whose `make` only says what it was asked for."""
    checkout, advisories = tmp_path / "checkout", tmp_path / "advisories"
    advisories.mkdir()
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    for lock in ("requirements.txt", "requirements-semantic.txt"):
        shutil.copy(ROOT / lock, checkout)
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, runs in {"make": 'echo "make $*"', "python": f'exec {sys.executable} "$@"', "gcc": ":"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{runs}\n")
        (programs / name).chmod(0o755)
    if is_known:
        advisory(advisories, versions=[DJANGO])
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "ADVISORIES": str(advisories)}
    done = subprocess.run([checkout / ".ci" / "run"], capture_output=True, text=True, env=environment)
    assert ("NOT audited" in done.stdout, "make test" in done.stdout, done.returncode) == (
        not is_known,
        not is_known,
        int(is_known),
    )
