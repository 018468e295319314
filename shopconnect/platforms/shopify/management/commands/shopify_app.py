"""Write what is to be installed at Shopify."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shopconnect.connectors.shopify.app_folder import write_app
from shopconnect.widgets.loader import built_files


class Command(BaseCommand):
    """Write our app's description and extensions with this site's address and client id in them."""

    help = (
        "Write our app for Shopify into a folder, from which `shopify app deploy` sends it (docs/operators/shopify.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder of its own; files of ours in it are written anew")

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.SHOPIFY_CLIENT_ID:
            raise CommandError("Set SHOPIFY_CLIENT_ID: Shopify's dashboard shows it where the app was made.")
        if not settings.HTTPS:
            raise CommandError(f"Shopify reaches https addresses only: SITE_URL is {settings.SITE_URL}.")
        write_app(options["folder"], settings.SHOPIFY_CLIENT_ID, settings.SITE_URL, built_files())
        self.stdout.write(f"{options['folder']} is ready: go there and run `shopify app deploy`.")
