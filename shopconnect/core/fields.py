"""Columns that several rooms use."""

from typing import Any

from django.db import models

from shopconnect.core.security import crypto


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is unreadable in the database; `manage.py rotate_keys` writes it again under the newest key."""

    def get_prep_value(self, value: Any) -> Any:
        return crypto.encrypt(value) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return crypto.decrypt(value) if value else value


class PublicIdField(models.BigIntegerField):  # type: ignore[type-arg]
    """A random 63-bit number: the outside name of a row."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"default": crypto.random_public_id, "editable": False}
        super().__init__(*args, **options)


class AmountField(models.DecimalField):  # type: ignore[type-arg]
    """Money in major units, numeric(18,6)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"max_digits": 18, "decimal_places": 6}
        super().__init__(*args, **options)
