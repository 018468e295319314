"""One database behind several roles: rows are read and written as the application, tables are made as the owner."""

from typing import Any


class OneDatabase:
    """Send every query to the application's connection; other aliases are asked for by name."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Read as the application."""
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Write as the application."""
        return "default"

    def allow_relation(self, *_: Any, **hints: Any) -> bool:
        """All aliases are one database."""
        return True
