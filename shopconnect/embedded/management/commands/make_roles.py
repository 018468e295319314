"""Make the three roles and the database on a PostgreSQL of one's own, and print the addresses to set."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from django.core.management.base import BaseCommand, CommandError

from shopconnect.embedded import roles

VARIABLES = {roles.APP: "DATABASE_URL", roles.OWNER: "DATABASE_OWNER_URL", roles.INGEST: "DATABASE_INGEST_URL"}


class Command(BaseCommand):
    """Make the roles."""

    help = "As the administrator in DATABASE_ADMIN_URL, make the roles and the database; print the three addresses."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the database."""
        parser.add_argument("--database", default="shopconnect", help="its name (shopconnect)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; the roles get new passwords each time, which only this output shows."""
        admin_url = os.environ.get("DATABASE_ADMIN_URL")
        if not admin_url:
            raise CommandError(
                "Set DATABASE_ADMIN_URL to the address of an administrator: postgres://name:password@host/"
            )
        passwords = {role: secrets.token_urlsafe(32) for role in roles.ROLES}
        try:
            with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as admin:
                roles.make_roles(admin, passwords)
                roles.make_database(admin, options["database"])
        except psycopg.Error as error:
            raise CommandError(f"The administrator could not: {error}") from error
        parts = urlsplit(admin_url)
        query = dict(parse_qsl(parts.query))
        host, port = (
            query.get("host") or unquote(parts.hostname or "localhost"),
            query.get("port") or parts.port or 5432,
        )
        for role, variable in VARIABLES.items():
            url = roles.postgres_url(role, passwords[role], options["database"], host=host, port=port)
            self.stdout.write(f"{variable}={url}")
