"""The signals that scores are made of, by the names that training and serving share."""

# alpha of Hu, Koren and Volinsky (2008): what is held has the confidence 1 + alpha times its weight.
ALS_CONFIDENCE = 10.0
REPEAT_SIGNALS = ("again_now", "buy_again", "due")  # of what a buyer had: nothing to first purchases
SALES_SIGNALS = ("trend", "country", "kind")
RELATED_SIGNALS = ("beside", "together", "trend", "similar", "ease")


def penalty_name(purpose: str, diversity: float) -> str:
    """Return what an artefact calls the penalties of a diversity weight that is not the served one."""
    return f"penalty_{purpose}_{diversity:g}"
