"""Tables of the stock room: who delivers what and how, what the shop chose, and how forecasts fared."""

from django.db import models

from recommender.stock.types import EventKind, StockSettings
from shopconnect.core.fields import AmountField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel

_USUAL = StockSettings()


class Supplier(ShopModel):
    """Who delivers. No person stands here: whom to write to, the merchant knows."""

    public_id = PublicIdField()
    name = models.CharField(max_length=100)
    lead_days = models.PositiveSmallIntegerField()
    late_days = models.PositiveSmallIntegerField()
    review_days = models.PositiveSmallIntegerField()
    minimum_amount = AmountField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("stock_supplier"),
            models.UniqueConstraint(fields=["shop", "name"], name="stock_supplier_name"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="stock_supplier_public"),
        ]


class SupplyTerm(ShopModel):
    """How an item is bought: a product's variant by the platform's id, "" for a product without any."""

    product = ShopForeignKey("catalog.Product", db_index=False, related_name="+")
    variant = models.CharField(max_length=255, blank=True)
    supplier = ShopForeignKey(Supplier, null=True, db_index=False, related_name="+")
    pack_size = models.PositiveIntegerField(default=1)
    minimum_quantity = models.PositiveIntegerField(default=0)
    on_order = models.PositiveIntegerField(default=0)
    on_order_date = models.DateField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("stock_supplyterm"),
            models.UniqueConstraint(fields=["shop", "product", "variant"], name="stock_supplyterm_once"),
        ]


class StockSetting(ShopModel):
    """What a shop chose for all its items; a shop without a row has chosen nothing."""

    lead_days = models.PositiveSmallIntegerField(default=_USUAL.lead_days)
    late_days = models.PositiveSmallIntegerField(default=_USUAL.late_days)
    review_days = models.PositiveSmallIntegerField(default=_USUAL.review_days)
    a_percent = models.PositiveSmallIntegerField(default=_USUAL.a_percent)
    b_percent = models.PositiveSmallIntegerField(default=_USUAL.b_percent)
    c_percent = models.PositiveSmallIntegerField(default=_USUAL.c_percent)
    budget_amount = AmountField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("stock_stocksetting"),
            models.UniqueConstraint(fields=["shop"], name="stock_stocksetting_one"),
        ]


class ForecastCheck(ShopModel):
    """What was promised on a day of the four weeks after it, held against what came."""

    day = models.DateField()
    figures = models.JSONField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("stock_forecastcheck"),
            models.UniqueConstraint(fields=["shop", "day"], name="stock_forecastcheck_day"),
        ]


class CalendarEvent(ShopModel):
    """An event that the merchant entered; `name` is "" but for one of their own kind."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in EventKind])
    name = models.CharField(max_length=100, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("stock_calendarevent"),
            models.UniqueConstraint(fields=["shop", "kind", "name", "first_day"], name="stock_calendarevent_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="stock_calendarevent_public"),
        ]
