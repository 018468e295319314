"""How far an export is, written down beside it: the export itself reads one moment and can write nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import Export

log = get_logger(__name__)

WRITE_SECONDS = 1.0


@contextmanager
def counts_written(shop_id: ShopId, export_id: int) -> Iterator[Callable[[str, int], None]]:
    """Yield what takes in how many lines of a file are written; a thread writes it down each second."""
    counts: dict[str, int] = {}
    ended = threading.Event()

    def write() -> None:
        while not ended.wait(WRITE_SECONDS):
            try:
                with shop_scope(shop_id):
                    Export.objects.filter(pk=export_id).update(counts=dict(counts))
            except DatabaseError as error:
                log.warning("export_not_counted", error=type(error).__name__)
            finally:
                connection.close()

    thread = threading.Thread(target=write, name=f"export-{export_id}", daemon=True)
    thread.start()
    try:
        yield counts.__setitem__
    finally:
        ended.set()
        thread.join()
