"""Rotation of the keys at rest: every encrypted text is written again under the newest key, a few rows at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from shopconnect.core.fields import EncryptedTextField
from shopconnect.core.security import crypto
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.tenancy.shop_model import ShopModel

AT_ONCE = 500
# JSON columns of libraries, some of whose texts we encrypt (the second step of a sign-in).
JSON_COLUMNS = (("mfa", "authenticator", "data"),)
FERNET = "gAAAA"  # how each encrypted text begins


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """One encrypted column of one table."""

    model: type[models.Model]
    field: str
    is_json: bool = False

    @property
    def name(self) -> str:
        """What people call it: orders.Customer.email."""
        return f"{self.model._meta.label}.{self.field}"


@dataclass(frozen=True, slots=True)
class Batch:
    """How many texts were written again, and how many the newest key opened already."""

    rotated: int
    up_to_date: int


def encrypted_columns() -> list[EncryptedColumn]:
    """Return every encrypted column of every table."""
    columns = [
        EncryptedColumn(model, str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    of_libraries = [
        EncryptedColumn(apps.get_model(app, model), column, is_json=True)
        for app, model, column in JSON_COLUMNS
        if apps.is_installed(f"allauth.{app}")
    ]
    return columns + of_libraries


def rotate_field(column: EncryptedColumn) -> Iterator[Batch]:
    """Write a column again, shop by shop in its scope, yielding after each few rows; each is a transaction.

    Raises CannotDecrypt for a text that no key opens, with what came before it rotated.
    """
    if not issubclass(column.model, ShopModel):
        yield from _rotate(column, None)
        return
    for shop_id in apps.get_model("shops", "Shop").objects.order_by("id").values_list("id", flat=True).iterator():
        yield from _rotate(column, ShopId(shop_id))


def _rotate(column: EncryptedColumn, shop_id: ShopId | None) -> Iterator[Batch]:
    last: Any = 0
    while last is not None:
        with shop_scope(shop_id) if shop_id is not None else transaction.atomic():
            batch, last = _rotate_rows(column, last)
        yield batch


def _rotate_rows(column: EncryptedColumn, after: int) -> tuple[Batch, int | None]:
    """Write the next rows again. Raw SQL, because the field itself shows and takes only what is readable."""
    quote = connection.ops.quote_name
    table, name = quote(column.model._meta.db_table), quote(column.field)
    rotated = up_to_date = 0
    with connection.cursor() as cursor:
        # The rows stay locked until they are written, so that a text that changes meanwhile is not lost.
        cursor.execute(
            f"SELECT id, {name}::text FROM {table} WHERE id > %s AND {name}::text <> '' "  # noqa: S608
            "ORDER BY id LIMIT %s FOR UPDATE",
            [after, AT_ONCE],
        )
        rows = cursor.fetchall()
        for row_id, text in rows:
            again = json.dumps(_rotated(json.loads(text))) if column.is_json else _rotated(text)
            if again == text or (column.is_json and json.loads(again) == json.loads(text)):
                up_to_date += 1
                continue
            cursor.execute(f"UPDATE {table} SET {name} = %s WHERE id = %s", [again, row_id])  # noqa: S608
            rotated += 1
    return Batch(rotated, up_to_date), rows[-1][0] if len(rows) == AT_ONCE else None


def _rotated(value: Any) -> Any:
    """Return a text, or every encrypted text in what was JSON, under the newest key; the rest as it is."""
    if isinstance(value, dict):
        return {name: _rotated(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rotated(part) for part in value]
    if isinstance(value, str) and value.startswith(FERNET) and not crypto.is_newest(value):
        return crypto.rotate(value)
    return value
