"""Programs of Debian's packages, installed by root: `python -m tests.peers.debian nginx=nginx-light caddy`."""

import os
import shutil
import subprocess
import sys


def apt_get(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run apt-get without questions."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["apt-get", *command], capture_output=True, text=True, check=False, env=environment)


def can_install() -> bool:
    """Whether packages can be installed here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(programs: dict[str, str]) -> None:
    """Install the packages of programs that are missing, if that can be; who needs one says what is missing then."""
    missing = {package for program, package in programs.items() if not shutil.which(program)}
    if missing and can_install():
        sys.stderr.write(f"Installing {', '.join(sorted(missing))} (apt-get)\n")
        apt_get("update", "-qq")
        apt_get("install", "-y", "-qq", "--no-install-recommends", *missing)


if __name__ == "__main__":
    install({program: package or program for program, _, package in (name.partition("=") for name in sys.argv[1:])})
