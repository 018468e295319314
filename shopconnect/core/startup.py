"""What a web process and a worker refuse to start with, and how they settle."""

import gc
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError

from shopconnect.core.environment import BadSetting
from shopconnect.core.observability.log import get_logger
from shopconnect.core.registries import registry

log = get_logger(__name__)

BULK_THRESHOLD = 100_000  # objects made since the last look, in place of 700

_ROLE = """
SELECT current_user, rolsuper, rolbypassrls,
       EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(tableowner, 'USAGE'))
FROM pg_roles WHERE rolname = current_user
"""


_preparations: dict[str, Callable[[], None]] = registry({})


def at_start(name: str, prepare: Callable[[], None]) -> None:
    """Have each web process and worker do something before it is given work, so that nobody waits for it later.

    It asks neither database nor Redis, which may be away.
    """
    _preparations[name] = prepare


def prepare_process() -> None:
    """Do what rooms have asked for at the start."""
    for prepare in _preparations.values():
        prepare()


def refuse_dangerous_role() -> None:
    """Raise BadSetting when DATABASE_URL names an owner, a superuser or a role that bypasses row-level security.

    A database that is away is let through: every scope fails until it is back, and none is opened unguarded.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ROLE)
            name, superuser, bypasses, owns = cursor.fetchone()
    except OperationalError:
        log.warning("database_away_at_start")
        return
    finally:
        connection.close()
    if superuser or bypasses or owns:
        reason = "is a superuser" if superuser else "bypasses row-level security" if bypasses else "owns tables"
        raise BadSetting(
            f"DATABASE_URL names {name}, which {reason}: the wall between shops would not hold. "
            "Use the application's role there, and DATABASE_OWNER_URL for the owner."
        )


def close_stored_files() -> None:
    """Let no other account of this machine into the stored files; raises BadSetting where they are not ours to close.

    What we write is closed by itself; this closes what an older release, or somebody by hand, left open.
    """
    for folder in (settings.MEDIA_ROOT, settings.ARTEFACT_CACHE):
        if folder.is_dir() and folder.stat().st_mode & 0o077:
            _close(folder)


def _close(folder: Path) -> None:
    try:
        folder.chmod(0o700)
    except PermissionError as error:
        raise BadSetting(
            f"{folder} is open to other accounts and belongs to another one than ours: "
            f"give it to the account that runs ShopConnect, and chmod 700 {folder}."
        ) from error


def settle_for_bulk() -> None:
    """Settle a command that goes through hundreds of thousands of things: they hold no circles, and end by themselves.

    The collector looked at them again and again, for a third of the time that reading them took.
    """
    settle_memory()
    gc.set_threshold(BULK_THRESHOLD, *gc.get_threshold()[1:])


def settle_memory() -> None:
    """Have the collector look no more at what is loaded: it lives to the end, and is shared by the processes to come.

    Bulk work makes the collector run often, and each time a fifth of the work went into looking at it again.
    """
    gc.collect()
    gc.freeze()
