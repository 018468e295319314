"""Set a shop up for the demo: bring its folder in, make the people who show it, and learn it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender.products.management.commands.train import fitted_at_once
from recommender.products.services import train_shop
from shopconnect.core.errors import Refusal
from shopconnect.core.observability.progress import FolderPercent, PercentLines
from shopconnect.core.startup import settle_for_bulk
from shopconnect.core.tenancy.context import ShopId
from shopconnect.demo.people import make_demo_accounts
from shopconnect.demo.types import DemoStage
from shopconnect.sync.services import load_folder
from shopconnect.sync.types import FolderDefaults


class Command(BaseCommand):
    """What load_shop, demo_accounts and train do, in one process: each of them takes two seconds to start."""

    help = "Import a shop from a folder, create the demo accounts and train the model, printing progress."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the shop and its folder."""
        parser.add_argument("name", help="the shop's name, as in load_shop")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--currency", default="", help="as in load_shop")
        parser.add_argument("--timezone", default="", help="as in load_shop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one after the other; what is done stays where a later one fails."""
        settle_for_bulk()
        name, folder = options["name"], options["folder"]
        defaults = FolderDefaults(currency=options["currency"], timezone=options["timezone"])
        coming_in, learning = (PercentLines(self.stdout, stage) for stage in (DemoStage.LOAD, DemoStage.LEARN))
        try:
            progress = FolderPercent(folder, coming_in)
            shop_id = load_folder(name, folder, defaults=defaults, progress=progress).shop_id
            coming_in.end()
            make_demo_accounts(name)
            PercentLines(self.stdout, DemoStage.ACCOUNTS).end()
            train_shop(ShopId(shop_id), learning, at_once=fitted_at_once())
            learning.end()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
