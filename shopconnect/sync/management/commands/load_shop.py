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
from shopconnect.sync.services import check_folder, load_folder
from shopconnect.sync.types import CheckReport, FileCounts, FolderDefaults, LoadReport, Problem, ReadCounts

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
        parser.add_argument("--currency", default="", help="of prices, where the files do not name it, as in EUR")
        parser.add_argument("--timezone", default="", help="of the shop, as in Europe/Paris")
        parser.add_argument("--check", action="store_true", help="say what would be read, and store nothing")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        settle_for_bulk()
        hidden = options["verbosity"] == 0
        bars = Bars(hidden=hidden or not self.stderr.isatty())
        lines = FolderPercent(options["folder"], PercentLines(self.stderr, "load"))
        in_lines = not hidden and not self.stderr.isatty()
        defaults = FolderDefaults(currency=options["currency"], timezone=options["timezone"])
        bring = check_folder if options["check"] else load_folder
        report: LoadReport | CheckReport
        try:
            report = bring(options["name"], options["folder"], defaults=defaults, progress=lines if in_lines else bars)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. What is in stays; run this again for the rest.", returncode=130) from stop
        except OperationalError as error:
            raise CommandError(f"The database went away; run this again for the rest. ({error})") from error
        finally:
            bars.close()
        if options["json"]:
            told = {name: [_as_json(one) for one in getattr(report, name)] for name in ("problems", "notes")}
            self.stdout.write(json.dumps({"shop": options["name"], **asdict(report), **told}))
        else:
            self._write(options["name"], report)

    def _write(self, name: str, report: LoadReport | CheckReport) -> None:
        for file, count in report.counts.items():
            lines = "line" if count.lines == 1 else "lines"
            self.stdout.write(f"{file}: {count.lines:,} {lines}; {', '.join(_parts(count))}.")
        shown = report.problems if isinstance(report, CheckReport) else report.problems[:SHOWN_PROBLEMS]
        for problem in (*report.notes, *shown):
            where = ", ".join(filter(None, [problem.file, f"line {problem.line}" if problem.line else ""]))
            self.stdout.write(f"  {where}: {problem.sentence}" if where else f"  {problem.sentence}")
        if len(report.problems) > len(shown):
            self.stdout.write(f"  and {len(report.problems) - len(shown):,} more; the home page lists them.")
        if isinstance(report, LoadReport):
            self.stdout.write(f"The shop {name} is in, after {report.seconds:.1f} seconds.")
            return
        for missing in report.missing:
            self.stdout.write(f"  --{missing} must be given: no file says it.")
        self.stdout.write("Nothing was stored.")


def _parts(count: FileCounts | ReadCounts) -> list[str]:
    if isinstance(count, ReadCounts):
        parts = [f"{count.read:,} read"]
    else:
        parts = [f"{count.new:,} new", f"{count.changed:,} changed", f"{count.same:,} the same"]
    return [*parts, f"{count.bad:,} bad and left out"] if count.bad else parts


def _as_json(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "column": problem.column, "sentence": problem.sentence}
