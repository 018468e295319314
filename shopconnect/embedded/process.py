"""One running part: a process of ours with its log, which dies with us and can be stopped in seconds."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded.places import Account, own_folder, wait_until

CHILD_PROCESS = Path(__file__).with_name("child_process.py")
LOG_BYTES = 5_000_000
LAST_LINES = 15
CALM_SECONDS, LONGEST_PAUSE_SECONDS = 60.0, 30.0


class Process:
    """A program in a session of its own, which goes when we go. Without a log its output is ours."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path | None,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
        at_our_death: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name, self.log, self._log_start = name, log, _cut_short(log)
        self._read_to = self._log_start
        self._sent: set[signal.Signals] = set()
        program = shutil.which(str(command[0]), path=(env or os.environ).get("PATH")) or str(command[0])
        user, group = (str(account.uid), str(account.gid)) if account else ("-", "-")
        starter = str(os.getpid())
        wrapped = [
            sys.executable,
            "-I",
            "-S",
            str(CHILD_PROCESS),
            str(int(at_our_death)),
            starter,
            user,
            group,
            program,
        ]
        with log.open("ab") if log else contextlib.nullcontext() as output:
            self._popen = subprocess.Popen(
                [*wrapped, *(str(part) for part in command[1:])],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=dict(env) if env is not None else None,
                cwd=folder,
            )

    @property
    def pid(self) -> int:
        """Return the process id, which is also its session's."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """Return None while it runs."""
        return self._popen.poll()

    def stand_behind(self, niceness: int) -> None:
        """Let others have the processor first, for good."""
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    def last_lines(self, count: int = LAST_LINES) -> str:
        """Return the last lines it wrote since this start; none where it has no log of its own."""
        if self.log is None:
            return ""
        with self.log.open("rb") as file:
            file.seek(max(self._log_start, self.log.stat().st_size - 20_000))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-count:])

    def new_lines(self) -> list[str]:
        """Return the whole lines it wrote since this was last asked; none where it has no log of its own."""
        if self.log is None:
            return []
        with self.log.open("rb") as file:
            file.seek(self._read_to)
            whole, _, rest = file.read().rpartition(b"\n")
            self._read_to = file.tell() - len(rest)
        return whole.decode(errors="replace").splitlines()

    def failure(self, what: str) -> SetupProblem:
        """Return the problem to raise: which part, what happened, its last lines, and where the rest is."""
        if self.log is None:
            return SetupProblem(f"{self.name} {what}.")
        return SetupProblem(f"{self.name} {what}. Its last lines (all of them: {self.log}):\n{self.last_lines()}")

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the process itself, which tells its children; once, as a second one may mean haste."""
        if self.exit_code is None and how not in self._sent:
            self._sent.add(how)
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


def _cut_short(log: Path | None) -> int:
    """Set a log aside that has grown long; return where the lines of this start will begin."""
    if log is None:
        return 0
    own_folder(log.parent, 0o700)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old"))
    return log.stat().st_size if log.exists() else 0


class StopSignal:
    """Whether a signal asked us to end; its receiver does nothing else."""

    def __init__(self) -> None:
        self.to_stop = False
        hang_up = () if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else (signal.SIGHUP,)  # nohup
        for name in (signal.SIGTERM, signal.SIGINT, *hang_up):
            signal.signal(name, self._receive)

    def wait(self, seconds: float) -> bool:
        """Wait a little; return whether a signal asked meanwhile."""
        wait_until(lambda: self.to_stop, seconds, every=0.05)
        return self.to_stop

    def _receive(self, *_: object) -> None:
        self.to_stop = True


class Restarts:
    """When a part that died may start again: at once, then after longer and longer pauses while it keeps dying."""

    def __init__(self) -> None:
        self._count, self._last = 0, 0.0

    def pause(self) -> float:
        """Return the seconds to wait before this start, and count it."""
        moment = time.monotonic()
        self._count = 0 if moment - self._last > CALM_SECONDS else self._count + 1
        self._last = moment
        return min(LONGEST_PAUSE_SECONDS, float(2 ** min(self._count, 10))) if self._count else 0.0


def strays(folder: Path, program: str) -> list[int]:
    """Return the processes of a program that work in a folder of ours, whoever started them; none without /proc."""
    return [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if _link(entry / "cwd") == str(folder) and Path(_link(entry / "exe")).name.startswith(program)
    ]


def stop_strays(folder: Path, program: str, how: signal.Signals) -> None:
    """Stop what a killed server guard of ours left behind in a folder: gently at first, then whatever remains."""
    for step, seconds in ((how, 10.0), (signal.SIGKILL, 5.0)):
        for pid in strays(folder, program):
            _signal(pid, step)
        if wait_until(lambda: not strays(folder, program), seconds, every=0.05):
            return


def stop_marked(variable: str) -> None:
    """Kill each process whose environment carries our variable (NAME=value): what a killed supervisor left."""
    wanted = variable.encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment and int(entry.name) != os.getpid():
            _signal(int(entry.name), signal.SIGKILL)


def _link(path: Path) -> str:
    """Return where a link points; nothing for a process that is gone, a zombie, or not ours to look at."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _signal(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, how)
