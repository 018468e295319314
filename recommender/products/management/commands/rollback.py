"""manage.py rollback NAME [ROOM]: serve again what was learnt before."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.artefacts.store import roll_back
from shopconnect.shops.selectors import find_shop


class Command(BaseCommand):
    """Web processes follow within seconds; the next training puts a new version in service (docs/operators.md)."""

    help = "Serve a shop's previous model again and remove the current one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the shop and what was fitted."""
        parser.add_argument("name", help="the shop's unique name")
        parser.add_argument("room", nargs="?", default="products", help="what to go back with; products unless said")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go back, and say to which version."""
        shop_id = find_shop(options["name"])
        if shop_id is None:
            raise CommandError(f"There is no shop named {options['name']}.")
        version = roll_back(shop_id, options["room"])
        if version is None:
            raise CommandError(f"{options['name']} has no good version of {options['room']} before the current one.")
        self.stdout.write(f"{options['room']} of {options['name']}: version {version} is served again.")
