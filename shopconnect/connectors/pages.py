"""All there is of a resource, read page by page where a platform writes no export."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from shopconnect.connectors.base import MOST_FETCHED, Connection, Draft, Page, ResourceType, lists_changes
from shopconnect.connectors.types import ConnectorError

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
GATHER_SECONDS = 3.0


def lots_of_pages(
    connection: Connection, resource: ResourceType, cursor: str, enough: int
) -> Iterator[tuple[Sequence[Draft], str]]:
    """Yield what the pages of a resource hold, from a cursor on, in lots of about so many, and where each goes on.

    A lot waits for three seconds at most, so that a slow platform's pages are stored one by one.
    """
    lot: list[Draft] = []
    ends = time.monotonic() + GATHER_SECONDS
    while True:
        try:
            page = _page_of(connection, resource, cursor)
        except ConnectorError:
            if lot:  # a platform that fails now and then is never asked twice for what it gave
                yield lot, cursor
            raise
        lot += page.items
        cursor = page.next_cursor
        if not cursor or len(lot) >= enough or time.monotonic() > ends:
            yield lot, cursor
            lot, ends = [], time.monotonic() + GATHER_SECONDS
        if not cursor:
            return


def _page_of(connection: Connection, resource: ResourceType, cursor: str) -> Page[Draft]:
    """Return a page of all there is: by its changes, else by its ids where the platform lists no changes of it."""
    if lists_changes(connection, resource):
        return connection.list_changed(resource, BEGINNING, cursor)
    listed = connection.list_ids(resource, cursor)
    drafts: list[Draft] = []
    for start in range(0, len(listed.items), MOST_FETCHED):
        drafts += connection.fetch(resource, listed.items[start : start + MOST_FETCHED]).drafts
    return Page(tuple(drafts), listed.next_cursor)
