"""A double that runs as a process of its own: its options, and its life until somebody asks for the end."""

import argparse
import itertools
import pickle
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path

BEAT_SECONDS, LIVELY_BEATS = 1.0, 20


def read_options(name: str, about: str | None, *, port: int, shop: str) -> argparse.Namespace:
    """Return what the command line says, with the usual port and shop of a double."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.doubles.{name}", description=about)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--folder", type=Path, help="the interchange folder of the shop")
    parser.add_argument("--shop", default=shop, help="its name, of which its address is made")
    parser.add_argument("--app-url", default="http://localhost:8000", help="where our site stands")
    parser.add_argument("--grants", type=Path, help="a file in which what we were granted outlasts this process")
    parser.add_argument("--settings", action="store_true", help="print the product's settings as JSON, and end")
    return parser.parse_args()


def live_on(
    happen: Callable[[random.Random], None],
    granted: Callable[[], object],
    grants: Path | None,
    each_beat: Callable[[], object] = lambda: None,
) -> None:
    """Have something happen now and then until somebody asks for the end; what was granted is kept in `grants`."""
    asked, chance, kept = threading.Event(), random.Random(), b""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    for beat in itertools.count(1):
        if asked.wait(BEAT_SECONDS):
            return
        if beat % LIVELY_BEATS == 0:
            happen(chance)
        each_beat()
        now_granted = pickle.dumps(granted())
        if grants and now_granted != kept:
            grants.write_bytes(now_granted)
            kept = now_granted
