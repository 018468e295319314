"""One running part: a process of ours with its log, which dies with us and can be stopped in seconds."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from shopconnect.core.embedded.places import Account, SetupProblem, own_folder, wait_until

BOUND = Path(__file__).with_name("bound.py")
LOG_BYTES = 5_000_000
LAST_LINES = 15


class Process:
    """A program in a session of its own; its output goes to a log file, which is cut when it has grown long."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
        at_our_death: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name, self.log = name, log
        own_folder(log.parent, 0o700)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".old"))
        self._log_start = log.stat().st_size if log.exists() else 0
        program = shutil.which(str(command[0]), path=(env or os.environ).get("PATH")) or str(command[0])
        user, group = (str(account.uid), str(account.gid)) if account else ("-", "-")
        starter = str(os.getpid())
        wrapped = [sys.executable, "-I", "-S", str(BOUND), str(int(at_our_death)), starter, user, group, program]
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [*wrapped, *(str(part) for part in command[1:])],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env=dict(env) if env is not None else None, cwd=folder,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Return the process id, which is also its session's."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """Return None while it runs."""
        return self._popen.poll()

    def last_lines(self, count: int = LAST_LINES) -> str:
        """Return the last lines it wrote since this start."""
        with self.log.open("rb") as file:
            file.seek(max(self._log_start, self.log.stat().st_size - 20_000))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-count:])

    def failure(self, what: str) -> SetupProblem:
        """Return the problem to raise: which part, what happened, its last lines, and where the rest is."""
        return SetupProblem(f"{self.name} {what}. Its last lines (all of them: {self.log}):\n{self.last_lines()}")

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the process itself, which tells its children."""
        if self.exit_code is None:
            self._popen.send_signal(how)

    def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Stop by each signal in turn, waiting the given seconds after it; at last kill the whole session."""
        for how, seconds in steps or ((signal.SIGTERM, 5.0),):
            self.ask_to_stop(how)
            if wait_until(lambda: self.exit_code is not None, seconds):
                return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        wait_until(lambda: self.exit_code is not None, 5.0)


def works_in(pid: int) -> Path | None:
    """Return the folder a process works in; None when it is gone, a zombie, or not ours to look at."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return None


def stop_stray(pid: int, folder: Path, how: signal.Signals) -> None:
    """Stop a server that a killed supervisor of ours left behind, known by the folder it works in; spare any other."""
    for step in (how, signal.SIGKILL):
        if works_in(pid) != folder:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, step)
        if wait_until(lambda: works_in(pid) != folder, 10.0):
            return
