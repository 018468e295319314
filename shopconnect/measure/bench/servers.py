"""The real web server, and a worker where one is needed, beside whatever else of this checkout runs."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import redis
from django.conf import settings

from shopconnect.core.jobs.queues import Queue
from shopconnect.embedded import parts
from shopconnect.embedded.places import free_port, home, own_folder, wait_until
from shopconnect.embedded.process import Process
from shopconnect.embedded.ready import count_workers, web_answers
from shopconnect.measure.bench import drive
from shopconnect.measure.bench.processor import cpu_seconds, postgres_root, read_usages, redis_root
from shopconnect.measure.bench.types import NothingToMeasure, Request, Seen, Tell

READY_SECONDS, SLACK_SECONDS = 90.0, 30.0
REST_SECONDS = 0.02  # of a processor's time between two looks: what does no more is up
STOP_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGQUIT, 6.0))
NUMBERS = range(15, 0, -1)  # Redis has sixteen unless told otherwise, and the product is in the first
HOLDER = "bench"


@dataclass(frozen=True, slots=True)
class BenchServers:
    """A running site: its address, and by name the processes whose trees do its work."""

    site: str
    roots: Mapping[str, int]

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time of web, worker, Redis and PostgreSQL so far, each by its name."""
        usages = read_usages()
        return {name: cpu_seconds([root], usages) for name, root in self.roots.items()}

    def drive(self, requests: Sequence[Request], rate: float, seconds: float, keep: str = "") -> Seen:
        """Have a second process call these in turn at a fixed rate; `keep` names a key of the answers to hand back.

        At a rate of 0 they are called as fast as they are answered.
        """
        plan = {
            "site": self.site,
            "requests": [request.planned() for request in requests],
            "rate": rate,
            "seconds": seconds,
            "keep": keep,
        }
        done = subprocess.run(
            [sys.executable, "-I", str(Path(drive.__file__))],
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + SLACK_SECONDS,
        )
        found = json.loads(done.stdout)
        statuses = {int(status): count for status, count in found["statuses"].items()}
        return Seen(tuple(found["milliseconds"]), tuple(found["late"]), statuses, tuple(found["values"]))


@contextlib.contextmanager
def start_servers(
    tell: Tell, *, with_worker: bool = False, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[BenchServers]:
    """Run a site of this bench's own on a free port, on the checkout's PostgreSQL and another number of its Redis.

    Queue, counters and limits are thus its own: a worker of `make demo` takes none of its work. `variables` go into
    its environment. Raises NothingToMeasure, or SetupProblem when a part does not start.
    """
    folder, port = own_folder(home() / "bench"), free_port()
    chosen = [parts.web(port), *(_chat_workers(folder) if with_worker else ())]
    with _own_redis() as redis_url, contextlib.ExitStack() as stack:
        servers = {"postgres": postgres_root(), "redis": redis_root()}
        environment = {**_environment(port, redis_url), **variables}
        started = []
        for part in chosen:
            started.append(part.start(folder, environment))
            stack.callback(started[-1].stop, *STOP_STEPS)
        tell("Starting " + " and ".join(part.name for part in chosen))
        _wait(started[:1], lambda: web_answers(port))
        _wait(started[1:], lambda: count_workers(redis_url) >= len(started) - 1)
        # The first process of several answers while the others still come up: what that takes is no call's.
        _wait(started, _at_rest([process.pid for process in started]))
        yield BenchServers(f"http://127.0.0.1:{port}", {process.name: process.pid for process in started} | servers)


def _chat_workers(folder: Path) -> list[parts.ProcessSpec]:
    names = {name for name, (queues, _) in parts.WORKERS.items() if Queue.CHAT in queues.split(",")}
    return [part for part in parts.background(folder) if part.name in names]


def _environment(port: int, redis_url: str) -> Mapping[str, str]:
    """Return the application's environment; callers say who they are, as behind a proxy, and our own pages may ask."""
    given = parts.application_environment(os.environ, port=port, demo=True)
    return given | {"SITE_URL": f"http://127.0.0.1:{port}", "BEHIND_PROXY": "1", "REDIS_URL": redis_url}


def _at_rest(pids: Sequence[int]) -> Callable[[], bool]:
    """Return what says whether some processes, with all that they started, did next to nothing since it was asked."""
    seconds = 0.0

    def rests() -> bool:
        nonlocal seconds
        before, seconds = seconds, cpu_seconds(pids)
        return seconds - before < REST_SECONDS

    return rests


def _wait(started: Sequence[Process], ready: Callable[[], bool]) -> None:
    """Wait until some processes, if any, are ready; raises SetupProblem with the last lines of one that is not."""

    def settled() -> bool:
        return not started or any(process.exit_code is not None for process in started) or ready()

    in_time = wait_until(settled, READY_SECONDS, every=0.2)
    for process in started:
        if process.exit_code is not None:
            raise process.failure("ended at its start")
    if not in_time:
        raise started[0].failure(f"does not answer within {READY_SECONDS:.0f} s")


@contextlib.contextmanager
def _own_redis() -> Iterator[str]:
    """Take an empty numbered database of Redis, or one that a killed bench left; it is empty again afterwards."""
    address = urlsplit(settings.REDIS_URL)
    if address.scheme not in ("redis", "rediss"):
        raise NothingToMeasure("The bench needs a REDIS_URL that begins with redis:// or rediss://.")
    for number in NUMBERS:
        url = address._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(url, socket_timeout=5.0) as client:
            if not _is_free(client):
                continue
            client.flushdb()
            client.set(HOLDER, os.getpid())
            try:
                yield url
            finally:
                client.flushdb()
            return
    raise NothingToMeasure("None of Redis's databases 1 to 15 is empty: the bench takes one for itself.")


def _is_free(client: redis.Redis) -> bool:
    holder = client.get(HOLDER)
    return client.dbsize() == 0 or (isinstance(holder, bytes) and not Path(f"/proc/{int(holder)}").exists())
