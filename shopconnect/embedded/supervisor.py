"""The supervisor behind `manage.py up`: servers, schema, shop, web, workers and beat, from first start to last stop."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded import demo_setup, parts, session
from shopconnect.embedded.places import CHECKOUT, free_port, hold_lock, hold_port, own_folder
from shopconnect.embedded.process import Process, Restarts, StopSignal, stop_marked
from shopconnect.embedded.ready import count_workers, web_answers
from shopconnect.embedded.setup_reporter import SetupReporter, SetupStage

UP_LOCK, PORT, COLLECTED, FIRST_PORT = "up.lock", "port", "collected", 8000
LOOK_SECONDS, READY_SECONDS, KEEPER_LOOK_SECONDS = 0.2, 300.0, 2.0
BEHIND = 5  # niceness of what is done beside the way to the first page
STOP_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGQUIT, 6.0))


class Stopped(Exception):
    """We were asked to end before we were ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """What to bring up. `known` are the management commands there are; `say` takes a line for the person before us."""

    folder: Path
    say: Callable[[str], None]
    known: frozenset[str] = frozenset()
    shop: demo_setup.ShopSource | None = None
    once: bool = False
    port: int | None = None


@dataclass
class Running:
    """A part that runs, or is to run again."""

    part: parts.ProcessSpec
    process: Process
    restarts: Restarts = field(default_factory=Restarts)
    again_at: float | None = None


class Supervisor:
    """Brings everything up in order, watches it, and takes it down."""

    def __init__(self, config: RunConfig) -> None:
        self.config, self.folder, self.say = config, config.folder, config.say
        self.stop_signal, self.began = StopSignal(), time.monotonic()
        self.running: list[Running] = []
        self.environment: dict[str, str] = {}
        self.reporter = SetupReporter(own_folder(self.folder), self.say, "", ())
        self.is_up, self.port = False, 0
        self.embedded = not (session.is_set("DATABASE_URL") and session.is_set("REDIS_URL"))

    def run(self) -> int:
        """Run until asked to stop, or once; return the exit code. Raises SetupProblem when a part does not start."""
        with self._alone(), contextlib.ExitStack() as stack:
            stop_marked(parts.marking_variable(self.folder))
            if self.embedded:
                stack.callback(session.wait_for_end, self.folder)
            try:
                return self._run(stack)
            except Stopped:
                return 0
            finally:
                self._stop_all()

    def _run(self, stack: contextlib.ExitStack) -> int:
        """Bring the web server up first, so that its page shows how all else comes in beside it."""
        shop = self.config.shop
        known_by = self._ask_double(shop) if shop is not None and shop.platform else {}
        self.reporter.end_all()  # what a killed one left
        stack.callback(lambda: self.reporter.end_all())
        if shop is not None and not demo_setup.was_brought_in(self.folder, shop):
            self._begin_reporting(shop)
        making, collecting = self._start_making(), self._start_collecting()
        self.say("PostgreSQL and Redis start.")
        addresses = stack.enter_context(session.joined(self.folder)) if self.embedded else None
        owner = parts.owner_environment(self.folder, addresses)
        port = self._port(stack)
        self.environment = parts.application_environment(owner, port=port, demo=shop is not None)
        self.environment |= known_by
        self._finish(collecting, lambda: (self.folder / COLLECTED).write_text(_static_sign()))
        self.say("The web server starts, and tables are made.")
        self._start(parts.web(port))
        self._migrate(owner)
        self.reporter.end(SetupStage.START)
        learner, *others = sorted(parts.background(self.folder), key=lambda part: part.name != "learner")
        if shop is None:
            self._start(*others, learner)
            self._wait_ready(port)
        elif shop.platform:
            self._finish(making, lambda: self._made(shop))
            self.reporter.begin(SetupStage.LOAD)
            double_port = self._start_double(shop)
            self._start(*others, learner)
            self._wait_ready(port, double_port)
            self._install(shop)
        else:
            self._finish(making, lambda: self._made(shop))
            self._start(*others)
            self._bring_in(shop)
            self._start(learner)  # only now: bringing in trains by itself
            self._wait_ready(port)
        self.reporter.end_all()
        return self._report() if self.config.once else self._watch()

    def _begin_reporting(self, shop: demo_setup.ShopSource) -> None:
        """Begin to report what a shop has to go through."""
        stages = [SetupStage.START, SetupStage.LOAD, SetupStage.ACCOUNTS, SetupStage.LEARN]
        if shop.platform:
            stages = [SetupStage.START, SetupStage.LOAD, SetupStage.LEARN, SetupStage.ACCOUNTS]
        if shop.invented:
            stages = [SetupStage.INVENT, *stages]
        self.reporter = SetupReporter(self.folder, self.say, shop.name, stages)
        if demo_setup.is_made(self.folder, shop):
            self.reporter.end(SetupStage.INVENT)
        self.reporter.begin(SetupStage.START)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One supervisor a checkout."""
        own_folder(self.folder)
        lock = hold_lock(self.folder / UP_LOCK, seconds=3.0)
        if lock is None:
            port = self.folder / PORT
            where = f" at http://localhost:{port.read_text()}/" if port.is_file() else ""
            raise SetupProblem(f"ShopConnect runs already for this checkout{where}.")
        try:
            yield
        finally:
            os.close(lock)

    def _port(self, stack: contextlib.ExitStack) -> int:
        """Return the port asked for, else the one of last time or the usual one, else any that is free; it is held.

        Our web shares its port among its processes, so that two that started at once could listen on the same.
        """
        port_file = self.folder / PORT
        wanted = self.config.port or (int(port_file.read_text()) if port_file.is_file() else FIRST_PORT)
        port = int(stack.enter_context(hold_port(wanted)).getsockname()[1])
        if self.config.port and port != self.config.port:
            raise SetupProblem(f"Port {self.config.port} is taken. Choose another, or leave --port out.")
        port_file.write_text(str(port))
        self.port = port
        return port

    def _migrate(self, owner: Mapping[str, str]) -> None:
        if self.embedded and not session.is_set("DATABASE_URL"):
            session.migrate(self.folder, owner, self._command)
        elif session.is_set("DATABASE_OWNER_URL"):
            self._command("migrate", "--database=owner", "--noinput", environment=owner, folder=self.folder)
        else:
            raise SetupProblem("DATABASE_URL is set but DATABASE_OWNER_URL is not, and tables are made as the owner.")

    def _start_collecting(self) -> Process | None:
        collected = self.folder / COLLECTED
        if collected.is_file() and collected.read_text() == _static_sign():
            return None
        return parts.command("collectstatic", "--noinput", "-v0").start(self.folder, self._bare_environment())

    def _start_making(self) -> Process | None:
        """Begin to write the invented shop at once: it needs no server, and takes long."""
        shop = self.config.shop
        if shop is None or demo_setup.is_made(self.folder, shop):
            return None
        making = parts.command("make_demo_shop", str(shop.source)).start(self.folder, self._bare_environment())
        making.stand_behind(BEHIND)
        self.reporter.begin(SetupStage.INVENT, making)
        return making

    def _bare_environment(self) -> dict[str, str]:
        """Return the environment of what needs no server."""
        return parts.owner_environment(self.folder, None)

    def _bring_in(self, shop: demo_setup.ShopSource) -> None:
        url = self.environment["DATABASE_URL"]
        if demo_setup.is_brought_in(self.folder, shop, url):
            return
        if not self.reporter.steps:  # it was there once, and was removed
            self._begin_reporting(shop)
            self.reporter.end(SetupStage.START)
        setting_up = parts.command("set_up_shop", *shop.load_options).start(self.folder, self.environment)
        self.reporter.begin(SetupStage.LOAD, setting_up)
        self._finish(setting_up, lambda: self.reporter.read(setting_up))
        demo_setup.remember_brought_in(self.folder, shop, url)

    def _ask_double(self, shop: demo_setup.ShopSource) -> dict[str, str]:
        """Return the settings by which every part finds the double in its platform's place, before anything is made.

        Raises SetupProblem where the double lacks what it runs on.
        """
        port_file = self.folder / f"{shop.platform}.port"
        port = free_port(int(port_file.read_text()) if port_file.is_file() else None)
        port_file.write_text(str(port))
        double = parts.double(shop.platform, "--port", str(port), "--shop", shop.name, "--settings")
        done = subprocess.run(double.command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            why, brings = done.stderr.strip().rpartition("\n")[2], f"make demo PLATFORM={shop.platform}"
            raise SetupProblem(f"The {shop.platform} of the demo cannot start; `{brings}` brings what it lacks: {why}")
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def _start_double(self, shop: demo_setup.ShopSource) -> int:
        """Run the platform that the shop lives on, and return on which port it answers once it is filled."""
        port = (self.folder / f"{shop.platform}.port").read_text()
        self._start(
            parts.double(
                shop.platform,
                "--port",
                port,
                "--folder",
                str(shop.source),
                "--shop",
                shop.name,
                "--app-url",
                self.environment["SITE_URL"],
                "--grants",
                str(self.folder / f"{shop.platform}.kept"),
            )
        )
        return int(port)

    def _install(self, shop: demo_setup.ShopSource) -> None:
        """Have a merchant open our app in the platform's admin; the rest comes by itself, and we wait for it."""
        installing = parts.command("install_demo", shop.name, str(shop.source)).start(self.folder, self.environment)
        self.reporter.begin(SetupStage.LOAD, installing)
        self._finish(installing, lambda: self.reporter.read(installing))
        self._command("demo_accounts", shop.name, environment=self.environment, folder=self.folder)
        self.reporter.end(SetupStage.ACCOUNTS)
        demo_setup.remember_brought_in(self.folder, shop, self.environment["DATABASE_URL"])

    def _made(self, shop: demo_setup.ShopSource) -> None:
        demo_setup.remember_made(self.folder, shop)
        self.reporter.end(SetupStage.INVENT)

    def _seconds(self) -> str:
        return f"{time.monotonic() - self.began:.1f}"

    def _command(self, *command: str, environment: Mapping[str, str], folder: Path) -> None:
        self._finish(parts.command(*command).start(folder, environment), lambda: None)

    def _finish(self, process: Process | None, then: Callable[[], object]) -> None:
        """Wait for a command that was begun, if any; raises SetupProblem with its last lines when it fails."""
        if process is None:
            return
        try:
            while process.exit_code is None:
                self._pause()
        finally:
            process.stop()
        if process.exit_code != 0:
            raise process.failure("failed")
        then()

    def _pause(self, seconds: float = LOOK_SECONDS) -> None:
        """Wait a little, and meanwhile tell how far things are; raises SetupProblem when a part has ended already."""
        if self.stop_signal.wait(seconds):
            raise Stopped
        self.reporter.look()
        for one in self.running:
            if one.process.exit_code is not None:
                raise one.process.failure("ended at its start")
        if not self.is_up and self.config.shop is not None and self.running and web_answers(self.port):
            self.is_up = True
            self.say(f"The page is there after {self._seconds()} s: {self.environment['SITE_URL']}/")

    def _start(self, *started: parts.ProcessSpec) -> None:
        self.running += [Running(part, part.start(self.folder, self.environment)) for part in started]

    def _wait_ready(self, *ports: int) -> None:
        ends = time.monotonic() + READY_SECONDS
        while not (all(map(web_answers, ports)) and count_workers(self.environment["REDIS_URL"]) >= len(parts.WORKERS)):
            if time.monotonic() > ends:
                late = self.running[1 if web_answers(ports[0]) else 0].process
                raise late.failure(f"does not answer within {READY_SECONDS:.0f} s")
            self._pause()
        self.say(f"Ready after {self._seconds()} s.")

    def _report(self) -> int:
        """Show what was found, through the running servers; its output is ours."""
        shop = self.config.shop
        if shop is None or "demo_report" not in self.config.known:
            return 0
        command = parts.command("demo_report", shop.name).command
        process = Process("demo_report", command, log=None, env=self.environment, folder=CHECKOUT)
        self._finish(process, lambda: None)
        return 0

    def _watch(self) -> int:
        shop = self.config.shop
        if shop is not None and shop.invented and "simulate_shoppers" in self.config.known:
            self._start(parts.command("simulate_shoppers", shop.name))
        self._welcome()
        look_at = 0.0
        while not self.stop_signal.wait(LOOK_SECONDS):
            for one in self.running:
                self._revive(one)
            if self.embedded and time.monotonic() > look_at:
                look_at = time.monotonic() + KEEPER_LOOK_SECONDS
                self._revive_servers()
        self.say("Stopping.")
        return 0

    def _welcome(self) -> None:
        address = self.environment["SITE_URL"]
        if self.config.shop is None:
            self.say(f"\n  ShopConnect is at {address}/")
        else:
            self.say(f"\n  ShopConnect is at {address}/ - open it and choose who you are.")
            if admin := self.environment.get("DEMO_ADMIN"):
                self.say(f"  The shop's admin, with ShopConnect in it: {admin}")
            front = self.environment.get("DEMO_STOREFRONT") or f"{address}/storefront/{self.config.shop.name}/"
            self.say(f"  The shop's storefront: {front}")
        self.say(f"  What the parts write: {self.folder / 'log'}\n  Ctrl-C stops everything.\n")

    def _revive(self, one: Running) -> None:
        """Start a part again that ended, at once the first time and with pauses when it keeps ending."""
        if one.process.exit_code is None:
            return
        if one.again_at is None:
            pause = one.restarts.pause()
            one.again_at = time.monotonic() + pause
            self.say(f"{one.part.name} ended (code {one.process.exit_code}); it starts again in {pause:.0f} s.")
        if time.monotonic() >= one.again_at:
            one.again_at = None
            one.process = one.part.start(self.folder, self.environment)

    def _revive_servers(self) -> None:
        if session.server_guard_runs(self.folder):
            return
        self.say("PostgreSQL and Redis have gone; they start again.")
        try:
            session.find_or_start(self.folder)
        except SetupProblem as problem:
            self.say(str(problem))

    def _stop_all(self) -> None:
        """Ask all parts at once, then wait for each."""
        for one in reversed(self.running):
            one.process.ask_to_stop()
        for one in self.running:
            one.process.stop(*STOP_STEPS)
        stop_marked(parts.marking_variable(self.folder))


def _static_sign() -> str:
    """Return a sign of the static files there are: collecting them again takes seconds."""
    files = [path for place in CHECKOUT.glob("*/*/static") for path in sorted(place.rglob("*")) if path.is_file()]
    sign = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return session.fingerprint([CHECKOUT / "requirements.txt"], sys.version, *sign)
