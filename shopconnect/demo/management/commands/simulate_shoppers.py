"""`simulate_shoppers NAME`: keep a few simulated shoppers moving on the running site."""

import random
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shopconnect.core import http
from shopconnect.core.errors import Missing
from shopconnect.demo.shoppers import Shopper, Steps, read_target_shop

PAUSE_SECONDS, PATIENCE_SECONDS, RETRY_SECONDS = 4.0, 60.0, 2.0


class Command(BaseCommand):
    """Talks to the site over HTTP only, once it has read which shop it is in."""

    help = "Simulate a few shoppers on a storefront until stopped or until the site is down."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which shop, how many shoppers, how fast and for how long."""
        parser.add_argument("name", help="the shop's slug")
        parser.add_argument("--shoppers", type=int, default=3)
        parser.add_argument(
            "--seconds", type=float, default=0, help="stop after this many seconds; 0: run until stopped"
        )
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="mean seconds between a shopper's steps")
        parser.add_argument("--site", default="", help="the site's address (default: SITE_URL)")
        parser.add_argument("--seed", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk until SIGTERM, Ctrl-C, the given seconds, or a minute without an answer."""
        http.configure(allow_loopback=True)  # the site that is visited is our own
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        try:
            target = read_target_shop(options["name"], options["site"] or settings.SITE_URL, settings.DEMO_SHOP)
        except Missing as error:
            raise CommandError(str(error)) from error
        steps, chance = Steps(), random.Random(options["seed"])  # noqa: S311
        count = max(1, min(options["shoppers"], 50))
        shoppers = [Shopper(target=target, chance=chance, steps=steps) for _ in range(count)]
        self._walk(shoppers, chance, max(options["pause"], 0.02) / count, options["seconds"], stop)
        self.stdout.write(
            f"{steps.pages} pages, {steps.shelves} shelves, {steps.questions} questions, {steps.failed} failed"
        )

    def _walk(
        self, shoppers: list[Shopper], chance: random.Random, pause: float, seconds: float, stop: threading.Event
    ) -> None:
        started = heard = time.monotonic()
        while not stop.is_set() and (not seconds or time.monotonic() - started < seconds):
            try:
                chance.choice(shoppers).step()
            except (OSError, ValueError):  # away, or an answer that is none of ours: somebody else has the port
                if time.monotonic() - heard > PATIENCE_SECONDS:
                    return
                stop.wait(RETRY_SECONDS)
                continue
            heard = time.monotonic()
            stop.wait(min(chance.expovariate(1 / pause), 5 * pause))
