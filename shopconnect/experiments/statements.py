"""The SQL of the experiments room's counting."""

from typing import LiteralString

_ROWS: LiteralString = """
INSERT INTO experiments_shelfcount AS c (shop_id, day, shelf, arm, requests, empties, errors, clicks, excess)
SELECT %(shop)s, day, shelf, arm, requests, empties, errors, clicks, excess
FROM unnest(%(days)s::date[], %(shelves)s::text[], %(arms)s::text[], %(requests)s::bigint[], %(empties)s::bigint[],
            %(errors)s::bigint[], %(clicks)s::bigint[], %(excess)s::bigint[])
    AS i (day, shelf, arm, requests, empties, errors, clicks, excess)
ON CONFLICT (shop_id, day, shelf, arm) DO UPDATE SET
"""

ADD_COUNTS: LiteralString = (
    _ROWS
    + """
    requests = c.requests + excluded.requests, empties = c.empties + excluded.empties,
    errors = c.errors + excluded.errors, clicks = c.clicks + excluded.clicks, excess = c.excess + excluded.excess
"""
)

SET_COUNTS: LiteralString = (
    _ROWS
    + """
    requests = excluded.requests, empties = excluded.empties, errors = excluded.errors, clicks = excluded.clicks,
    excess = excluded.excess
"""
)

ADD_TROUBLES: LiteralString = """
INSERT INTO experiments_shelftrouble AS t (shop_id, day, shelf, arm, kind, hour, network, count)
SELECT %(shop)s, day, shelf, arm, kind, hour, network, count
FROM unnest(%(day)s::date[], %(shelf)s::text[], %(arm)s::text[], %(kind)s::text[], %(hour)s::smallint[],
            %(network)s::text[], %(times)s::bigint[]) AS i (day, shelf, arm, kind, hour, network, count)
ON CONFLICT (shop_id, day, shelf, arm, kind, hour, network) DO UPDATE SET count = t.count + excluded.count
"""

# Of what one network saw in a day only some counts, however much it was.
SUM_TROUBLES: LiteralString = """
INSERT INTO experiments_shelfcount AS c (shop_id, day, shelf, arm, requests, empties, errors, clicks)
SELECT %(shop)s, day, shelf, arm, 0, coalesce(sum(count) FILTER (WHERE kind = 'empties'), 0),
    coalesce(sum(count) FILTER (WHERE kind = 'errors'), 0), 0
FROM (
    SELECT t.day, t.shelf, t.arm, t.kind, least(sum(t.count), %(most)s) AS count
    FROM experiments_shelftrouble t
    JOIN unnest(%(days)s::date[], %(shelves)s::text[], %(arms)s::text[]) AS i (day, shelf, arm) USING (day, shelf, arm)
    WHERE t.shop_id = %(shop)s GROUP BY t.day, t.shelf, t.arm, t.kind, t.network
) AS counted GROUP BY day, shelf, arm
ON CONFLICT (shop_id, day, shelf, arm) DO UPDATE SET empties = excluded.empties, errors = excluded.errors
"""

SET_CLICKS: LiteralString = _ROWS + "    clicks = excluded.clicks"
