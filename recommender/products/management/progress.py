"""A bar in the terminal for commands that compute for minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from recommender.products.data.engine.progress import Progress


@contextmanager
def percent_bar(file: Any) -> Iterator[Progress]:
    """Yield what shows the step at hand and how many percent of all are done, at most twice a second."""
    looks = "{percentage:3.0f} % |{bar:30}| {elapsed} {desc}"
    with tqdm(total=100, mininterval=0.5, bar_format=looks, file=file) as bar:

        def show(step: str, percent: int) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update(percent - bar.n)

        yield show
        show("", 100)
