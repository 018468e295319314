"""The three roles and the databases, made by a superuser: in the embedded server, in tests, and by make_roles."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

OWNER, APP, INGEST = "shopconnect_owner", "shopconnect_app", "shopconnect_ingest"
ROLES = (OWNER, APP, INGEST)
BUILTIN_LOCALE_SINCE = 170000


def postgres_url(user: str, password: str, database: str, *, host: str, port: int | str) -> str:
    """Return the address of a database; a host that is a folder means the socket in it."""
    start = f"postgres://{quote(user, safe='')}:{quote(password, safe='')}@"
    if host.startswith("/"):
        return f"{start}/{quote(database, safe='')}?{urlencode({'host': host, 'port': port})}"
    return f"{start}{host}:{port}/{quote(database, safe='')}"


def make_roles(admin: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    """Make the three roles, or give those that exist their passwords and take every special right from them."""
    for role in ROLES:
        found = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        # The server gets the verifier only, so that no log of statements ever holds the password.
        verifier = admin.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256").decode()
        admin.execute(
            sql.SQL(
                "{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {word}"
            ).format(verb=sql.SQL("ALTER" if found else "CREATE"), role=sql.Identifier(role), word=verifier)
        )


def make_database(admin: psycopg.Connection[Any], name: str) -> bool:
    """Make a database that the owner owns and the other two may enter, unless it exists; return whether it was made.

    It has the same order of letters everywhere.
    """
    database = sql.Identifier(name)
    missing = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None
    if missing:
        builtin = admin.info.server_version >= BUILTIN_LOCALE_SINCE
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'" if builtin else "LOCALE 'C.UTF-8'"
        # On a rented server the administrator is no superuser, and may make a database only for a role it belongs to.
        if admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
            admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' " + locale).format(
                database, sql.Identifier(OWNER)
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    # Bulk loading goes through temporary tables.
    admin.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(INGEST)))
    return missing


def drop_database(admin: psycopg.Connection[Any], name: str) -> None:
    """Drop a database and end whoever is connected to it."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
