"""Questions about what was fitted."""

from recommender.products.models import ShelfSetting, TrainingRun
from recommender.products.types import USUAL_DIVERSITY_PERCENT, ForYou, State, TrainingSummary


def latest_training(state: State | None = None) -> TrainingSummary | None:
    """Return the newest training of the shop in scope, of one state where given, or None."""
    rows = TrainingRun.objects.order_by("-started_at", "-id")
    row = (rows.filter(state=state) if state else rows).first()
    return None if row is None else summary_of(row)


def summary_of(row: TrainingRun) -> TrainingSummary:
    """Return a training as others may see it."""
    return TrainingSummary(
        id=row.pk,
        state=State(row.state),
        started_at=row.started_at,
        finished_at=row.finished_at,
        step=row.step,
        percent=row.percent,
        error=row.error,
        version=row.version,
        counts=row.counts,
        figures=row.figures,
    )


def diversity_percent() -> int:
    """Return how much accuracy the shop in scope gives for diversity at most, in percent."""
    chosen = ShelfSetting.objects.values_list("variety_percent", flat=True).first()
    return USUAL_DIVERSITY_PERCENT if chosen is None else int(chosen)


def shows_counts() -> bool:
    """Say whether reasons in the shop in scope say on how many orders they rest."""
    chosen = ShelfSetting.objects.values_list("shows_counts", flat=True).first()
    return chosen is not False


def for_you_choice() -> ForYou:
    """Return what the shop in scope has *for you* offer."""
    chosen = ShelfSetting.objects.values_list("for_you", flat=True).first()
    return ForYou.AUTOMATIC if chosen is None else ForYou(chosen)
