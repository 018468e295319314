"""`manage.py make_token NAME`: make a token of the REST API where there is no page."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.accounts.tokens import MOST_DAYS, make_token
from shopconnect.accounts.types import Scope
from shopconnect.core.errors import Refusal
from shopconnect.shops.selectors import find_shop


class Command(BaseCommand):
    """The token goes to standard output, alone, once."""

    help = "Make a token of the REST API for a shop, and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the shop's slug, the token's name, scopes and days."""
        parser.add_argument("slug", metavar="NAME", help="the shop's slug")
        parser.add_argument("--name", default="made by command", help="what the token is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[scope.value for scope in Scope],
            dest="scopes",
            help="may be given several times; all reading scopes unless said",
        )
        parser.add_argument("--days", type=int, default=90, help=f"how long it lasts, at most {MOST_DAYS}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token."""
        shop_id = find_shop(options["slug"])
        if shop_id is None:
            raise CommandError(f"There is no shop {options['slug']}.")
        scopes = options["scopes"] or [scope.value for scope in Scope if scope.value.startswith("read:")]
        try:
            made = make_token(shop_id, options["name"], scopes, days=options["days"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stderr.write(f"{made.facts.name}: {', '.join(made.facts.scopes)}; until {made.facts.expires_at:%Y-%m-%d}")
        self.stdout.write(made.token)
