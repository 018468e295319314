"""manage.py train NAME: train a shop's suggestions and put them in service."""

import json
import os
import resource
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender.products.services import train_shop
from shopconnect.core.errors import Refusal
from shopconnect.core.observability.progress import percent_bar
from shopconnect.core.startup import settle_for_bulk
from shopconnect.shops.selectors import find_shop

MOST_AT_ONCE = 2  # what is fitted side by side: the validation, and all there is


class Command(BaseCommand):
    """Train in this process; the next request to any web process serves what was fitted."""

    help = "Train what the products room serves for a shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the shop."""
        parser.add_argument("name", help="the shop's unique name")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, report progress on stderr, and print what came of it."""
        settle_for_bulk()
        shop_id = find_shop(options["name"])
        if shop_id is None:
            raise CommandError(f"There is no shop named {options['name']}.")
        try:
            with percent_bar(self.stderr) as progress:
                summary = train_shop(shop_id, progress, options["seed"], at_once=fitted_at_once())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = round((summary.finished_at - summary.started_at).total_seconds(), 1) if summary.finished_at else None
        found = {
            "shop": options["name"],
            "version": summary.version,
            "seconds": seconds,
            "peak_megabytes": peak_megabytes(),
            "counts": summary.counts,
            "gates": summary.figures,
        }
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(f"Learnt from {summary.counts['lines']} lines in {seconds} s; version {summary.version}.")
        left_out: Any = summary.counts.get("left_out") or {}
        if unmatched := left_out.get("unmatched_lines"):
            self.stdout.write(f"{unmatched} lines name no product of the shop, and nothing was learnt from them.")
        for purpose, gate in summary.figures.items():
            figures = f"NDCG@10 {gate['blend_ndcg']:.4f}, simple rule {gate['simple_ndcg']:.4f}"
            self.stdout.write(
                f"{purpose}: {gate['served']} is served ({figures if gate['folds'] else 'too little to judge'})"
            )


def fitted_at_once() -> int:
    """Return how many things are fitted side by side where nothing else needs the cores of this machine."""
    return min(os.cpu_count() or 1, MOST_AT_ONCE)


def peak_megabytes() -> int:
    """Return the most memory this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))
