"""Starting over: emptying what the embedded servers of a checkout hold, here and where only root may enter."""

import os
import shutil
from pathlib import Path

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded.places import hold_lock, own_folder, public_postgres_folder
from shopconnect.embedded.session import USERS_LOCK, is_set

# By name, so that a folder of data that holds other things as well loses none of them.
OURS = (
    "artefacts",
    "beat",
    "beat.bak",
    "beat.dat",
    "beat.db",
    "beat.dir",
    "brought_in",
    "collected",
    "coming.json",
    "demo",
    "demo-truth",
    "log",
    "migrated",
    "passwords",
    "port",
    "postgres",
    "postgres.new",
    "redis",
    "secrets",
    "servers.json",
    "socket",
    "storage",
    "where",
)
LOCK_SECONDS = 15.0


def empty(folder: Path) -> None:
    """Remove the servers' data, the storage and the secrets of a folder; raises SetupProblem while they are used."""
    if is_set("DATABASE_URL"):
        raise SetupProblem("--fresh empties the embedded servers only, and DATABASE_URL names another. Unset it first.")
    own_folder(folder)
    alone = hold_lock(folder / USERS_LOCK, seconds=LOCK_SECONDS)
    if alone is None:
        raise SetupProblem(f"Somebody is using the servers of {folder}. Stop that first.")
    try:
        for place in (public_postgres_folder(folder), *(folder / name for name in OURS)):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
    finally:
        os.close(alone)
