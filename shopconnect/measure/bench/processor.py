"""How much processor time and memory processes took, read from /proc."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from shopconnect.measure.bench.types import NothingToMeasure

PROC = Path("/proc")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
TICK = 1 / TICKS_A_SECOND  # what took less cannot be told from nothing


@dataclass(frozen=True, slots=True)
class Usage:
    """A process's parent and the seconds of processor time it took, with those of its children that have ended."""

    parent: int
    seconds: float


def read_usages() -> dict[int, Usage]:
    """Return each process that is there by its id."""
    found = {}
    for entry in PROC.glob("[0-9]*"):
        usage = _usage(entry)
        if usage is not None:
            found[int(entry.name)] = usage
    return found


def tree_of(roots: Iterable[int], usages: dict[int, Usage]) -> set[int]:
    """Return these processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for pid, usage in usages.items():
        children.setdefault(usage.parent, []).append(pid)
    tree: set[int] = set()
    waiting = [pid for pid in roots if pid in usages]
    while waiting:
        pid = waiting.pop()
        if pid not in tree:
            tree.add(pid)
            waiting += children.get(pid, [])
    return tree


def cpu_seconds(roots: Iterable[int], usages: dict[int, Usage] | None = None) -> float:
    """Return the processor time of process trees so far, read now unless given; a child that ended is its parent's."""
    usages = read_usages() if usages is None else usages
    return sum(usages[pid].seconds for pid in tree_of(roots, usages))


def postgres_root() -> int:
    """Return the process that PostgreSQL's others descend from; raises NothingToMeasure when it is not here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    usage = _usage(PROC / str(backend))
    return _ours(usage.parent if usage else 0, "postgres", "PostgreSQL")


def redis_root() -> int:
    """Return Redis's process; raises NothingToMeasure when it is not on this machine."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2.0) as client:
        return _ours(int(client.info("server")["process_id"]), "redis", "Redis")


def forget_peak() -> None:
    """Start this process's peak of memory anew, where the system allows it."""
    try:
        # 5 resets VmHWM, the peak (proc(5)).
        (PROC / "self/clear_refs").write_text("5")
    except OSError:
        return


def peak_megabytes() -> float:
    """Return the most memory that this process held since its start, or since the last forget_peak."""
    return _megabytes("VmHWM:")


def held_megabytes() -> float:
    """Return the memory that this process holds now, with what it has read of mapped files."""
    return _megabytes("VmRSS:")


def _megabytes(name: str) -> float:
    for line in (PROC / "self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call took: seconds on the clock, seconds of processor time of this process and PostgreSQL, memory."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def cost_of(call: Callable[[], object]) -> Cost:
    """Run a call in this process and return what it took."""
    roots = [postgres_root()]
    forget_peak()
    servers, own, began = cpu_seconds(roots), time.process_time(), time.monotonic()
    call()
    seconds, own = time.monotonic() - began, time.process_time() - own
    return Cost(seconds, own + cpu_seconds(roots) - servers, peak_megabytes())


def _usage(entry: Path) -> Usage | None:
    """Return a process's usage; None when it is gone."""
    try:
        # A program's name may hold spaces and brackets, so fields are counted from the last bracket on.
        fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    # From there on: state, parent, ..., and at 11 to 14 utime, stime, and both of the children waited for.
    return Usage(parent=int(fields[1]), seconds=sum(int(ticks) for ticks in fields[11:15]) / TICKS_A_SECOND)


def _ours(pid: int, program: str, name: str) -> int:
    try:
        found = (PROC / str(pid) / "comm").read_text()
    except OSError:
        found = ""
    if not found.startswith(program):
        raise NothingToMeasure(
            f"{name} does not run on this machine, or the machine has no /proc: its processor time cannot be read."
        )
    return pid
