"""Bring a backup back into an empty database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.backup import KEYS, BackupProblem, read_keys, restore_backup
from shopconnect.core.machine import SECRETS, write_private
from shopconnect.core.management.commands.backup import current_keys, owner_url, storage_folder


class Command(BaseCommand):
    """Restore."""

    help = "Restore a backup into an empty database and storage folder, with the keys it was made with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the places."""
        parser.add_argument("folder", type=Path, help="a folder that `backup` wrote")
        parser.add_argument("--keys", type=Path, metavar="FILE", required=True, help="the keys file written with it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, then see to it that the system runs with the keys of the backup."""
        try:
            keys = read_keys(options["keys"])
            restore_backup(options["folder"], owner_url=owner_url(), storage=storage_folder(), keys=keys)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{options['folder']} is restored.")
        secrets_file = settings.DATA_FOLDER / SECRETS
        if secrets_file.is_file() and not settings.PRODUCTION:
            write_private(secrets_file, json.dumps({name: keys[name] for name in KEYS}, indent=1) + "\n")
        elif any(current_keys()[name] != keys[name] for name in KEYS):
            self.stdout.write(f"The system runs with other keys: set those of {options['keys']} before it starts.")
        self.stdout.write("Run `manage.py migrate --database=owner` when this code is newer than the backup.")
