"""`manage.py goodbyes`: why shops left."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from shopconnect.shops.uninstall_feedback import list_feedback


class Command(BaseCommand):
    """Counts by reason, then each shop's words; which shop said what is not told."""

    help = "Print the feedback of shops that uninstalled and are not deleted yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        found = list_feedback()
        for reason, count in Counter(one.because or "no reason" for one in found).most_common():
            self.stdout.write(f"{count:5}  {reason}")
        for one in found:
            if one.saying and one.said_at:
                self.stdout.write(f"\n{one.said_at:%Y-%m-%d}  {one.because or 'no reason'}\n{one.saying}")
