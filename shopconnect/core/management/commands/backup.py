"""Write a backup of everything: database, stored files, and the keys apart."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import BaseCommand, CommandError

from shopconnect.core.backup import BackupProblem, make_backup, write_keys
from shopconnect.core.clock import now


def current_keys() -> dict[str, str]:
    """Return the keys this system runs with."""
    return {
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "HASH_KEY": settings.HASH_KEY,
    }


def storage_folder() -> Path | None:
    """Return the folder of stored files; None where they lie in S3, which keeps versions of its own."""
    return Path(settings.MEDIA_ROOT) if isinstance(default_storage, FileSystemStorage) else None


def owner_url() -> str:
    """Return the address of the database as its owner."""
    url = os.environ.get("DATABASE_OWNER_URL")
    if not url:
        raise CommandError("DATABASE_OWNER_URL is not set, and a backup is made and restored as the owner.")
    return url


class Command(BaseCommand):
    """Back up."""

    help = "Write database and stored files into FOLDER, and the keys into a file that is kept elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the places."""
        parser.add_argument("folder", type=Path, help="a new folder")
        parser.add_argument("--keys", type=Path, metavar="FILE", required=True, help="where the keys go: elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the backup; whoever holds folder and keys holds everything, hence the two places."""
        folder, keys = options["folder"].resolve(), options["keys"].resolve()
        if keys.is_relative_to(folder):
            raise CommandError("The keys open what the backup holds: keep them in another place.")
        try:
            make_backup(folder, owner_url=owner_url(), storage=storage_folder(), keys=current_keys(), at=now())
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        write_keys(keys, current_keys())
        self.stdout.write(f"The backup is in {folder}, its keys are in {keys}. Keep them apart.")
        if storage_folder() is None:
            self.stdout.write("Stored files are in S3 and not in it: turn on versions and copies there.")
