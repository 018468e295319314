"""Take a shop out into a folder of files."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from shopconnect.core.errors import Refusal
from shopconnect.shops.selectors import find_shop
from shopconnect.sync.services import export_folder


class Command(BaseCommand):
    """Export a shop; loading the folder again makes the same shop."""

    help = "Export a shop to a new folder of files (docs/interchange.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the shop's name")
        parser.add_argument("folder", type=Path, help="a new or empty folder")
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        shop_id = find_shop(options["name"])
        if shop_id is None:
            raise CommandError(f"There is no shop named {options['name']}: load_shop makes one.")
        with tqdm(unit=" lines", disable=options["verbosity"] == 0) as bar:

            def show(file: str, lines: int) -> None:
                bar.set_description(file)
                bar.n = lines
                bar.refresh()

            try:
                report = export_folder(shop_id, options["folder"], progress=show)
            except (Refusal, OSError) as refusal:
                raise CommandError(str(refusal)) from refusal
            except KeyboardInterrupt as stop:
                raise CommandError("Stopped; the folder is empty again.", returncode=130) from stop
        if options["json"]:
            self.stdout.write(json.dumps({"shop": options["name"], **asdict(report)}))
            return
        for file, lines in report.counts.items():
            self.stdout.write(f"{file}: {lines:,}")
        self.stdout.write(f"{options['name']} is in {options['folder']}, after {report.seconds:.1f} seconds.")
