"""Which signals each task may blend, the simple rule that the blend must beat, and what is served of the two."""

from recommender.products.evaluation.engine.blend import TunedBlend, tune
from recommender.products.evaluation.engine.queries import SIMPLE_TREND, Score, ScoringModels, score_blend
from recommender.products.evaluation.engine.split import Audience, Split, last_baskets, last_buyers
from recommender.products.serving.engine.signals import RELATED_SIGNALS, REPEAT_SIGNALS
from recommender.products.types import Task

# Of the simple rule beside a product: what sells now, where what was bought together weighs 1.
RELATED_TREND = 0.3
BUYER_SIGNALS = (
    "again_now",
    "buy_again",
    "trend",
    "lightfm",
    "lightfm_fit",
    "ease",
    "als",
    "together",
    "sequence",
    "due",
    "country",
    "kind",
)
SESSION_SIGNALS = ("sequence", "sessions", "buy_again", "together", "ease", "als", "lightfm", "lightfm_fit", "trend")
CART_SIGNALS = (*RELATED_SIGNALS, "als", "lightfm", "lightfm_fit")


def served_score(task: Task, fitted: ScoringModels, tuned: TunedBlend, name: str = "") -> Score:
    """Return the blend or the simple rule of a task; unless named, the one that the gate let through."""
    if (name or tuned.served) == "blend":
        return score_blend(fitted.scores, tuned.weights)
    return simple_rule(task, fitted)


def audience_of(task: Task, split: Split) -> Audience:
    """Return those who would be shown something now."""
    return last_baskets(split) if task == Task.CART else last_buyers(task, split)


def tune_for(task: Task, fitted: ScoringModels, validation: Split, seed: int) -> TunedBlend:
    """Tune the blend of the parts that the task allows, against the simple rule."""
    if task == Task.CART:
        return tune_related(fitted, validation, seed, CART_SIGNALS)
    if task == Task.SESSION:
        parts = {name: fitted.scores[name] for name in SESSION_SIGNALS}
        return tune(parts, simple_rule(task, fitted), {"sequence": 1.0, "sessions": 1.0}, validation.cases, seed)
    again = task == Task.NEXT_ALL
    # Signals of what a buyer had say nothing about first purchases, and would only cost tuning.
    parts = {name: fitted.scores[name] for name in BUYER_SIGNALS if again or name not in REPEAT_SIGNALS}
    # Climbing begins at the simple rule and changes a weight only where that gains.
    start = {"again_now": 1.0, "trend": SIMPLE_TREND} if again else {"trend": 1.0}
    return tune(parts, fitted.scores["simple"], start, validation.cases, seed)


def tune_related(
    fitted: ScoringModels, validation: Split, seed: int, names: tuple[str, ...] = RELATED_SIGNALS
) -> TunedBlend:
    """Tune what stands beside one product or a cart; the simple rule there: bought together, then what sells now."""
    parts = {name: fitted.scores[name] for name in names}
    # Both begin alike: the rule to beat is where climbing starts.
    return tune(parts, simple_related(fitted), {"beside": 1.0, "trend": RELATED_TREND}, validation.cases, seed)


def simple_rule(task: Task, fitted: ScoringModels) -> Score:
    """Return the rule that a task's blend must beat, in which nothing is fitted but counted."""
    if task == Task.SESSION:
        # In a visit what followed what stands where co-purchase stands elsewhere.
        return score_blend(fitted.scores, {"sequence": 1.0, "trend": RELATED_TREND})
    return simple_related(fitted) if task == Task.CART else fitted.scores["simple"]


def simple_related(fitted: ScoringModels) -> Score:
    """Return the simple rule of a shelf, in which nothing is fitted but counted."""
    return score_blend(fitted.scores, {"beside": 1.0, "trend": RELATED_TREND})
