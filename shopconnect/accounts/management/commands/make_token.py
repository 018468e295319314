"""`manage.py make_token NAME`: make a token of the REST API where there is no page."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.accounts.scopes import READ, scopes
from shopconnect.accounts.tokens import MOST_DAYS, make_token
from shopconnect.core.errors import Refusal
from shopconnect.shops.selectors import find_shop


class Command(BaseCommand):
    """The token goes to standard output, alone, once."""

    help = "Create a REST API token for a shop and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the shop's slug, the token's name, scopes and days."""
        parser.add_argument("slug", metavar="NAME", help="the shop's slug")
        parser.add_argument("--name", default="made by command", help="what the token is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=list(scopes()),
            dest="scopes",
            help="repeatable (default: all read scopes)",
        )
        parser.add_argument("--days", type=int, default=90, help=f"how long it lasts, at most {MOST_DAYS}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token."""
        shop_id = find_shop(options["slug"])
        if shop_id is None:
            raise CommandError(f"There is no shop {options['slug']}.")
        chosen = options["scopes"] or [scope for scope in scopes() if scope.startswith(READ)]
        try:
            made = make_token(shop_id, options["name"], chosen, days=options["days"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stderr.write(
            f"{made.summary.name}: {', '.join(made.summary.scopes)}; until {made.summary.expires_at:%Y-%m-%d}"
        )
        self.stdout.write(made.token)
