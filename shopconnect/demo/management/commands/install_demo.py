"""Install us on the demo shop, where it lives on a platform that runs here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.http import NetworkError
from shopconnect.core.observability.progress import percent_bar
from shopconnect.demo.installing import install_demo
from shopconnect.demo.types import DemoStage


class Command(BaseCommand):
    """Open our app in the platform's admin and wait until the shop is in; running it again changes nothing."""

    help = "Install ShopConnect on the demo shop as the platform would, and wait until it is imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the shop and the folder that holds its FAQ."""
        parser.add_argument("name", help="the shop's name at the platform")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--platform", help="its platform (default: by the end of its name)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show how far it is, and fail with a sentence."""
        try:
            platform = options["platform"] or options["name"].rpartition("-")[2]
            with (
                percent_bar(self.stderr, DemoStage.LOAD) as coming,
                percent_bar(self.stderr, DemoStage.LEARN) as learning,
            ):
                install_demo(platform, options["name"], options["folder"], coming, learning)
        except (RuntimeError, NetworkError) as error:
            raise CommandError(str(error)) from error
