"""What may cross the wall of the stock room."""

from dataclasses import dataclass

FEWEST_WEEKS = 12  # of sales: with fewer nothing can be foretold


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEvaluation:
    """What is asked of `evaluate NAME stock`: origins, weeks foretold, and weeks until a delivery."""

    origins: int = 6
    horizon_weeks: int = 4
    lead_weeks: int = 3
