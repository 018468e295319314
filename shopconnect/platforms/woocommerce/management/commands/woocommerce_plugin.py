"""Write our plugin for WordPress as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shopconnect.connectors.woocommerce.plugin_zip import FILE_NAME, build_plugin


class Command(BaseCommand):
    """Write the zip that merchants upload, or that goes to WordPress.org, where no address stands in it."""

    help = "Write our plugin for WordPress into a folder, as shopconnect.zip (docs/operators/woocommerce.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--service", default="", help="the https address at which its merchants find us")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            packed = build_plugin(options["service"].rstrip("/"))
        except ValueError as error:
            raise CommandError(str(error)) from None
        options["folder"].mkdir(parents=True, exist_ok=True)
        written = options["folder"] / FILE_NAME
        written.write_bytes(packed)
        self.stdout.write(f"{written} ({len(packed)} bytes)")
