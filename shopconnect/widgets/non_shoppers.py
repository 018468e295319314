"""Who is no shopper: robots and monitors by how they name themselves, staff and previews by what their page tells.

They are answered like anybody, and count nowhere: in no arm, on no plan's meter, in nothing that is learnt.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler

from shopconnect.widgets.types import NonShopper

MOST_AGENTS, LONGEST = 4096, 1000  # names that are remembered, and how much of one is read

# What the list of names does not know; a CUBOT is a telephone.
_ROBOT = re.compile(r"(?<!cu)bot\b|crawl|spider|slurp|pinger|synthetic|lighthouse|pagespeed|preview", re.IGNORECASE)


def find_non_shopper(agent: str, reason: str) -> NonShopper | None:
    """Return why a call is none of a shopper's, by its user agent and by what its page says; None for a shopper.

    A page may say that its visit is of staff or a preview; nothing it says makes a robot a person.
    """
    if is_robot(agent[:LONGEST]):
        return NonShopper.ROBOT
    return next((one for one in (NonShopper.STAFF, NonShopper.PREVIEW) if one == reason), None)


@lru_cache(maxsize=MOST_AGENTS)
def is_robot(agent: str) -> bool:
    """Say whether a user agent is a robot's or a monitor's; a quarter of a millisecond the first time."""
    return bool(_ROBOT.search(agent)) or bool(is_crawler(agent))
