"""What the owner builds in the database for each shop's table: policy, composite keys, grants."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

# NULL outside a scope, which equals no shop, so no row is seen; a sub-select, so that it is worked out once a query.
CURRENT_SHOP = "(SELECT nullif(current_setting('app.shop_id', true), '')::bigint)"

READ, APPEND, CHANGE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE, DELETE"


class ShopWall(Operation):
    """Make a shop's table safe: row-level security, keys (shop_id, x_id), and the application's grants.

    Name it once for each ShopModel at the end of the migration that makes it, and again after a migration that
    adds a link. `append_only` tables may be read and added to, never changed, by the application.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, append_only: bool = False) -> None:
        self.model_name, self.append_only = model_name, append_only

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the tables."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Build the wall."""
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in wall_statements(model, self.append_only):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave the wall standing: the table goes next, and takes it along."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Keep the rows of {self.model_name} to their shop"


class Grant(Operation):
    """Give the application rights on tables that are no shop's: the doorway and the accounts."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, rights: str, *tables: str) -> None:
        self.rights, self.tables = rights, tables

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the tables."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Grant, table by table."""
        for table in self.tables:
            schema_editor.execute(f'GRANT {self.rights} ON "{table}" TO "{settings.DATABASE_ROLES["app"]}"')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Keep the grant."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Grant {self.rights} on {', '.join(self.tables)}"


def wall_statements(model: type[models.Model], append_only: bool) -> Iterator[str]:
    """Yield the SQL that walls one table in; running it twice leaves the same wall."""
    table = model._meta.db_table
    yield from policy_statements(table)
    for field in model._meta.local_fields:
        if field.name != "shop" and isinstance(field, models.ForeignKey) and _belongs_to_a_shop(field.related_model):
            name, target = f"{table}_{field.name}_same_shop", field.related_model._meta.db_table
            yield f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"'
            yield (
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (shop_id, "{field.column}") '
                f'REFERENCES "{target}" (shop_id, id) DEFERRABLE INITIALLY IMMEDIATE'
            )
    yield f'GRANT {APPEND if append_only else CHANGE} ON "{table}" TO "{settings.DATABASE_ROLES["app"]}"'


def policy_statements(table: str, condition: str = f"shop_id = {CURRENT_SHOP}") -> Iterator[str]:
    """Yield the SQL of one table's row-level security."""
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS shop_wall ON "{table}"'
    yield f'CREATE POLICY shop_wall ON "{table}" USING ({condition}) WITH CHECK ({condition})'


def _belongs_to_a_shop(model: Any) -> bool:
    return any(field.name == "shop" for field in model._meta.local_fields) and model._meta.db_table not in (
        settings.DOORWAY
    )
