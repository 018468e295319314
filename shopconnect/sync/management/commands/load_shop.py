"""Bring a shop in from a folder of files."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from tqdm import tqdm

from shopconnect.core.errors import Refusal
from shopconnect.core.observability.progress import FolderPercent, PercentLines
from shopconnect.core.startup import settle_for_bulk
from shopconnect.sync.services import load_folder
from shopconnect.sync.types import LoadReport

SHOWN_PROBLEMS = 10


class Bars:
    """A progress bar a file, on stderr."""

    def __init__(self, *, hidden: bool) -> None:
        self.hidden, self.file = hidden, ""
        self.bar = tqdm(disable=True)

    def __call__(self, file: str, done: int, total: int) -> None:
        """Move the file's bar; a new file closes the bar before it."""
        if file != self.file:
            self.close()
            self.file = file
            self.bar = tqdm(total=total, unit="B", unit_scale=True, desc=file, disable=self.hidden)
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        """End the last bar."""
        self.bar.close()


class Command(BaseCommand):
    """Load a folder; running it again changes nothing."""

    help = "Import a shop from a folder of files (docs/interchange.md); running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the shop's name: lowercase letters, digits, - and _")
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        settle_for_bulk()
        hidden = options["verbosity"] == 0
        bars = Bars(hidden=hidden or not self.stderr.isatty())
        lines = FolderPercent(options["folder"], PercentLines(self.stderr, "load"))
        in_lines = not hidden and not self.stderr.isatty()
        try:
            report = load_folder(options["name"], options["folder"], progress=lines if in_lines else bars)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. What is in stays; run this again for the rest.", returncode=130) from stop
        except OperationalError as error:
            raise CommandError(f"The database went away; run this again for the rest. ({error})") from error
        finally:
            bars.close()
        if options["json"]:
            self.stdout.write(json.dumps({"shop": options["name"], **asdict(report)}))
        else:
            self._tell(options["name"], report)

    def _tell(self, name: str, report: LoadReport) -> None:
        for file, count in report.counts.items():
            parts = [f"{count.new:,} new", f"{count.changed:,} changed", f"{count.same:,} the same"]
            parts += [f"{count.bad:,} bad and left out"] if count.bad else []
            self.stdout.write(f"{file}: {count.lines:,} lines; {', '.join(parts)}.")
        for problem in report.problems[:SHOWN_PROBLEMS]:
            where = f"{problem.file}, line {problem.line}" if problem.line else problem.file
            self.stdout.write(f"  {where}: {problem.sentence}")
        more = len(report.problems) - SHOWN_PROBLEMS
        if more > 0:
            self.stdout.write(f"  and {more:,} more; the home page lists them.")
        self.stdout.write(f"The shop {name} is in, after {report.seconds:.1f} seconds.")
