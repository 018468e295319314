"""The SQL of the experiments room's counting."""

from typing import LiteralString

_ROWS: LiteralString = """
INSERT INTO experiments_shelfcount AS c (shop_id, day, shelf, arm, requests, empties, errors, clicks)
SELECT %(shop)s, day, shelf, arm, requests, empties, errors, clicks
FROM unnest(%(days)s::date[], %(shelves)s::text[], %(arms)s::text[], %(requests)s::bigint[], %(empties)s::bigint[],
            %(errors)s::bigint[], %(clicks)s::bigint[]) AS i (day, shelf, arm, requests, empties, errors, clicks)
ON CONFLICT (shop_id, day, shelf, arm) DO UPDATE SET
"""

ADD_COUNTS: LiteralString = (
    _ROWS
    + """
    requests = c.requests + excluded.requests, empties = c.empties + excluded.empties,
    errors = c.errors + excluded.errors, clicks = c.clicks + excluded.clicks
"""
)

SET_COUNTS: LiteralString = (
    _ROWS
    + """
    requests = excluded.requests, empties = excluded.empties, errors = excluded.errors, clicks = excluded.clicks
"""
)

SET_CLICKS: LiteralString = _ROWS + "    clicks = excluded.clicks"
