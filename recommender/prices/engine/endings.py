"""The prices that a shop would print: which endings it uses, and which points they leave around a price. In cents."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BANDS = ((2_000, 100), (10_000, 100), (None, 1_000))  # cents below which prices end within so many cents
COMMON, MOST_ENDINGS = 0.1, 6  # an ending is the shop's where a tenth of its prices have it
LEAST_PRICES = 10  # of a band; with fewer, those of the whole shop decide
MOST_POINTS = 41


@dataclass(frozen=True, slots=True)
class PriceEndings:
    """The endings of each band, commonest first."""

    by_band: tuple[tuple[int, ...], ...]

    def points(self, low: int, high: int) -> list[int]:
        """Return the prices from low to high that the shop would print, evenly thinned where they are many."""
        found: set[int] = set()
        start = 1
        for (until, within), endings in zip(BANDS, self.by_band, strict=True):
            first, last = max(low, start), high if until is None else min(high, until - 1)
            for ending in endings:
                found.update(range(first + (ending - first) % within, last + 1, within))
            start = until or start
        ordered = sorted(found)
        if len(ordered) <= MOST_POINTS:
            return ordered
        return [ordered[round(place * (len(ordered) - 1) / (MOST_POINTS - 1))] for place in range(MOST_POINTS)]

    def nearest(self, cents: int) -> int:
        """Return the price nearest to an amount that the shop would print."""
        around = self.points(max(cents - 1_000, 1), cents + 1_000)
        return min(around, key=lambda point: abs(point - cents), default=cents)


def learn_endings(prices: Iterable[int]) -> PriceEndings:
    """Return the commonest endings of a shop's prices, by band."""
    known = [cents for cents in prices if cents > 0]
    found, start = [], 0
    for until, within in BANDS:
        of_band = [cents for cents in known if start <= cents and (until is None or cents < until)]
        found.append(_common(of_band if len(of_band) >= LEAST_PRICES else known, within))
        start = until or start
    return PriceEndings(tuple(found))


def named_endings(endings: Iterable[int]) -> PriceEndings:
    """Return endings that a merchant named, in cents within 100; dear prices end so too."""
    named = tuple(sorted({ending % 100 for ending in endings}))
    return PriceEndings(tuple(tuple(within - 100 + one for one in named) for _until, within in BANDS))


def _common(prices: Sequence[int], within: int) -> tuple[int, ...]:
    counted = Counter(cents % within for cents in prices).most_common(MOST_ENDINGS)
    usual = [ending for ending, count in counted if count >= COMMON * len(prices)]
    # A shop without habits still ends its prices somewhere: as most of them do.
    return tuple(usual or [ending for ending, _ in counted] or [within - 1])
