"""Tables whose every row belongs to one shop. Under the managers stands PostgreSQL's row-level security (walls.py)."""

from collections.abc import Iterable, Iterator
from typing import Any, Self, TypeVar

from django.db import models

from shopconnect.core.tenancy.context import OtherShop, current_shop

_Row = TypeVar("_Row", bound="ShopModel", covariant=True)


class ShopQuerySet(models.QuerySet[_Row]):
    """Rows of the shop in scope; asked or changed outside a scope it raises NoShop instead of answering nothing."""

    def _fetch_all(self) -> None:
        current_shop()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = 2000) -> Iterator[_Row]:
        current_shop()
        return super().iterator(chunk_size)

    def count(self) -> int:
        current_shop()
        return super().count()

    def exists(self) -> bool:
        current_shop()
        return super().exists()

    def aggregate(self, *args: Any, **named: Any) -> dict[str, Any]:
        current_shop()
        return super().aggregate(*args, **named)

    def update(self, **values: Any) -> int:
        current_shop()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        current_shop()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[_Row]:
        rows = list(objs)
        for row in rows:
            row.keep_to_scope()
        return super().bulk_create(rows, *args, **options)


class ShopManager(models.Manager.from_queryset(ShopQuerySet)):  # type: ignore[misc]
    """The only manager of a shop's table: raises NoShop outside a scope."""

    def get_queryset(self) -> ShopQuerySet[Any]:
        rows: ShopQuerySet[Any] = super().get_queryset().filter(shop_id=current_shop())
        return rows


class ShopModel(models.Model):
    """A table whose every row belongs to one shop. Its migration ends with core.walls.ShopWall."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.DO_NOTHING, related_name="+", db_index=False)

    objects = ShopManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **options: Any) -> None:
        self.keep_to_scope()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.keep_to_scope()
        return super().delete(*args, **options)

    @staticmethod
    def key(table: str) -> models.UniqueConstraint:
        """Return the constraint that composite foreign keys point at: unique (shop, id)."""
        return models.UniqueConstraint(fields=["shop", "id"], name=f"{table}_shop_key")

    def keep_to_scope(self) -> None:
        """Give the row the shop in scope, or raise OtherShop when it belongs to another."""
        shop_id = current_shop()
        if self.shop_id is None:
            self.shop_id = shop_id
        elif self.shop_id != shop_id:
            raise OtherShop(f"A row of shop {self.shop_id} was written in the scope of shop {shop_id}.")


class ShopForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A link between two rows of one shop; the database key (shop_id, x_id) is made by ShopWall."""

    def __init__(self, to: Any, on_delete: Any = models.CASCADE, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def __class_getitem__(cls, *_: Any) -> type[Self]:
        return cls
