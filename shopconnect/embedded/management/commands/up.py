"""Bring the whole system up on this machine: servers, web, workers, and a shop when asked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded.demo_setup import demo_shop, list_doubles, shop_of
from shopconnect.embedded.places import home
from shopconnect.embedded.reset import empty
from shopconnect.embedded.supervisor import RunConfig, Supervisor
from shopconnect.sync.types import FolderDefaults


class Command(BaseCommand):
    """Bring the system up and keep it up until Ctrl-C."""

    help = "Start PostgreSQL, Redis, the web server, workers and beat; stop them all with Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the choices."""
        parser.add_argument("--demo", action="store_true", help="with the demo shop")
        parser.add_argument(
            "--data", type=Path, metavar="FOLDER", help="with the shop in this folder, as load_shop takes it"
        )
        parser.add_argument("--currency", default="", help="of --data, where the files do not name it, as in EUR")
        parser.add_argument("--timezone", default="", help="of --data, as in Europe/Paris")
        parser.add_argument(
            "--platform", default="", help=f"with the demo shop on a platform ({', '.join(list_doubles())})"
        )
        parser.add_argument("--once", action="store_true", help="print a report, then stop everything")
        parser.add_argument("--fresh", action="store_true", help="delete the embedded servers’ data first")
        parser.add_argument("--port", type=int, help="the web server's port (default: 8000, or a free one)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the supervisor; a part that does not start ends it with its last lines."""
        if settings.PRODUCTION:
            raise CommandError("`up` is for trying and developing. docs/operators.md says how production is run.")
        folder = home()
        try:
            if options["fresh"]:
                empty(folder)
            shop = (
                shop_of(options["data"], FolderDefaults(currency=options["currency"], timezone=options["timezone"]))
                if options["data"]
                else demo_shop(folder, options["platform"])
                if options["demo"]
                else None
            )
            config = RunConfig(
                folder=folder,
                say=self._say,
                known=frozenset(get_commands()),
                shop=shop,
                once=options["once"],
                port=options["port"],
            )
            Supervisor(config).run()
        except SetupProblem as problem:
            raise CommandError(str(problem)) from problem

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
