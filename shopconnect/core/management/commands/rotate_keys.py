"""`manage.py rotate_keys`: write every encrypted text again under the newest key of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from shopconnect.core.security.rotation import encrypted_columns, rotate_field


class Command(BaseCommand):
    """Put the new key first in FIELD_KEYS, restart, run this, then remove the old key."""

    help = "Re-encrypt every secret with the newest key; safe to run again, and while the system runs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate field by field, shop by shop."""
        total = 0
        for column in encrypted_columns():
            rotated = up_to_date = 0
            with tqdm(desc=column.name, unit=" texts", file=self.stderr, disable=None) as bar:
                for batch in rotate_field(column):
                    rotated, up_to_date = rotated + batch.rotated, up_to_date + batch.up_to_date
                    bar.update(batch.rotated + batch.up_to_date)
            self.stdout.write(f"{column.name}: {rotated} rotated, {up_to_date} under the newest key already")
            total += rotated
        self.stdout.write(
            f"{total} texts rotated. The old key may go from FIELD_KEYS once every process was restarted."
        )
