"""The signals that scores are made of, by the names that training and serving share."""

# alpha of Hu, Koren and Volinsky (2008): what is held has the confidence 1 + alpha times its weight.
ALS_CONFIDENCE = 3.0
# More than that no product weighs in ALS: a hundred orders of a thing are no hundred opinions.
MOST_ALS_WEIGHT = 2.0
# Of what a buyer had: they say nothing about first purchases.
REPEAT_SIGNALS = ("again_now", "buy_again", "season", "due", "rebought")
SALES_SIGNALS = ("trend", "country", "kind")
RELATED_SIGNALS = ("beside", "co_purchase", "trend", "similar", "ease")
CART_SIGNALS = ("together", "basket_ease", "trend", "similar", "als", "lightfm", "lightfm_fit")
# The tables of what visits say: what followed, EASE, two steps along what followed.
FOLLOWED, SHARED, WALKED = 0, 1, 2
# What views of visits followed, all of them or the last, by pairs, by EASE and by two steps along the pairs; and what
# was looked at already, which no shelf shows but the task `session` ranks.
VISIT_SIGNALS = ("viewed", "viewed_next", "viewed_ease", "viewed_walk", "seen")
AGAIN_SIGNALS = (*REPEAT_SIGNALS, *SALES_SIGNALS)
BUYER_SIGNALS = (
    *("again_now", "buy_again", "trend", "lightfm", "lightfm_fit", "ease", "als"),
    *("together", "sequence", "season", "due", "country", "kind", "rebought"),
)


def penalty_name(purpose: str, diversity: float) -> str:
    """Return what an artefact calls the penalties of a diversity weight that is not the served one."""
    return f"penalty_{purpose}_{diversity:g}"
