"""Show what a running demo found."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.core import http
from shopconnect.core.errors import Refusal
from shopconnect.demo.report import report


class Command(BaseCommand):
    """Print a shop, its counts, suggestions and answers, asked of the running site."""

    help = "Print a shop's counts, five suggestions with their reasons, and two exchanges with its assistant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the shop."""
        parser.add_argument("name", help="the shop's name, as in load_shop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print line by line, and fail with a sentence."""
        http.configure(allow_loopback=True)  # the site that is asked is our own
        try:
            for line in report(options["name"]):
                self.stdout.write(line)
        except (Refusal, RuntimeError, OSError) as error:
            raise CommandError(str(error)) from error
