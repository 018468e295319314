"""Make the people who show the demo."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.errors import Refusal
from shopconnect.demo.people import PEOPLE, make_demo_accounts


class Command(BaseCommand):
    """Make an owner, a support agent and an operator for a shop; running it again changes nothing."""

    help = "Create the demo's owner, support agent and operator for a shop; only where DEMO is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the shop's name")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            make_demo_accounts(options["name"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(", ".join(f"{part}: {person.email}" for part, person in PEOPLE.items()))
