"""How values are written: ids as text (63 bits are more than JavaScript's numbers hold), money as decimal text."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shopconnect.core.errors import Missing
from shopconnect.core.money import write_amount

ID_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,19}$", "example": "4611686018427387904"}


@extend_schema_field(ID_SCHEMA)
class IdField(serializers.Field):  # type: ignore[type-arg]
    """A public id."""

    def to_representation(self, value: int) -> str:
        """Write it as digits."""
        return str(value)


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "12.50"})
class AmountTextField(serializers.Field):  # type: ignore[type-arg]
    """Money in major units, or a quantity; the currency stands beside it."""

    def to_representation(self, value: Decimal) -> str:
        """Write it plainly."""
        return write_amount(value)


@extend_schema_field(OpenApiTypes.DATETIME)
class TimeField(serializers.DateTimeField):
    """RFC 3339 in UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


def read_id(text: str) -> int:
    """Read a public id of a path; raises Missing for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63):
        raise Missing(_("Nothing was found here."))
    return int(text)


class BoundedListField(serializers.ListField):
    """A list of at most `max_length` parts, none of which is looked at in a list that is longer."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the parts; raises ValidationError for the length before any part is read."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return list(super().to_internal_value(data))
