"""`make_demo_shop FOLDER`: write the invented demo shop as an interchange folder."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shopconnect.core import clock
from shopconnect.core.observability.progress import percent_bar
from shopconnect.core.startup import settle_for_bulk
from shopconnect.demo.engine.days import ZONE
from shopconnect.demo.engine.records import ADDRESS
from shopconnect.demo.engine.shop import NotADemoShop, make_shop
from shopconnect.demo.types import DemoStage


class Command(BaseCommand):
    """Needs neither database nor Redis."""

    help = "Write a fictional shop (products, customers, orders, visits, FAQ) to a folder, the same for the same seed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and what the shop depends on."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--scale", type=float, default=1.0, help="multiplies customers, orders and visits")
        parser.add_argument("--until", type=date.fromisoformat, default=None, help="first day after the last; today")
        parser.add_argument(
            "--truth", type=Path, default=None, help="folder for the ground truth (default: FOLDER-truth)"
        )
        parser.add_argument("--address", default=ADDRESS, help="what its product pages' addresses start with")
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw the shop and show on stderr how far it is; say what was written on stdout."""
        settle_for_bulk()
        until = options["until"] or clock.today(str(ZONE))
        quiet = options["verbosity"] == 0
        with nullcontext() if quiet else percent_bar(self.stderr, DemoStage.INVENT) as show:

            def progress(done: int, total: int) -> None:
                if show is not None:
                    show(f"day {done} of {total}", 100 * done // total)

            try:
                made = make_shop(
                    options["folder"].absolute(),
                    until=until,
                    seed=options["seed"],
                    scale=options["scale"],
                    hidden=options["truth"],
                    address=options["address"],
                    progress=progress,
                )
            except NotADemoShop as error:
                raise CommandError(f"{error} holds something else than a demo shop; it was left alone.") from error
        counts = asdict(made)
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{count:,} {name}" for name, count in counts.items()))
