"""Tables of the catalog. External ids are the platform's; `digest` is the keyed hash of what was last stored,
`source_at` the platform's own time of it. `cost_amount` is what the platform says, `own_cost_amount` what the merchant
says here: it holds where it is known.
"""

from django.db import models

from shopconnect.core.fields import AmountField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel
from shopconnect.core.words import LONGEST_WORD


class Product(ShopModel):
    """What is recommended. Deleted on the platform means `deleted_at`; only privacy removes rows."""

    public_id = PublicIdField()
    external_id = models.CharField(max_length=255)
    title = models.TextField()
    description = models.TextField(blank=True)
    vendor = models.TextField(blank=True)
    category = models.JSONField(default=list)  # widest first
    tags = models.JSONField(default=list)
    image = models.TextField(blank=True)
    url = models.TextField(blank=True)
    available = models.BooleanField(default=True)
    is_gift_card = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    price_amount = AmountField()
    cost_amount = AmountField(null=True)
    own_cost_amount = AmountField(null=True)
    stock_level = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    created_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32, blank=True)
    source_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("catalog_product"),
            models.UniqueConstraint(fields=["shop", "external_id"], name="catalog_product_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="catalog_product_public"),
        ]


class Variant(ShopModel):
    """What is bought of a product: it holds price and stock where they differ. Its id is unique in its product."""

    product = ShopForeignKey(Product, db_index=False, related_name="variants")
    position = models.PositiveIntegerField()
    external_id = models.CharField(max_length=255)
    sku = models.CharField(max_length=255, blank=True)
    title = models.TextField(blank=True)
    price_amount = AmountField(null=True)
    compare_at_amount = AmountField(null=True)
    cost_amount = AmountField(null=True)
    own_cost_amount = AmountField(null=True)
    stock_level = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("catalog_variant"),
            models.UniqueConstraint(fields=["shop", "product", "external_id"], name="catalog_variant_once"),
        ]


class Translation(ShopModel):
    """A product's words in one language. Signals belong to the product, whatever language it was seen in."""

    product = ShopForeignKey(Product, db_index=False, related_name="translations")
    language = models.CharField(max_length=35)
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    category = models.JSONField(default=list)
    url = models.TextField(blank=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "product", "language"], name="catalog_translation_once")]


class ProductWord(ShopModel):
    """A word that a product is found by, as core.words folds it; compared by its letters' codes, as an index sorts."""

    product = ShopForeignKey(Product, db_index=False, related_name="+")
    word = models.CharField(max_length=LONGEST_WORD, db_collation="C")

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "product", "word"], name="catalog_productword_once")]
        indexes = [models.Index(fields=["shop", "word", "product"], name="catalog_productword_word")]


class PriceEntry(ShopModel):
    """From when a price was seen to hold; added to, never changed."""

    product = ShopForeignKey(Product, db_index=False, related_name="+")
    variant = ShopForeignKey(Variant, null=True, related_name="+")
    at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    price_amount = AmountField()
    compare_at_amount = AmountField(null=True)
    cost_amount = AmountField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "product", "variant", "at"], name="catalog_priceentry_once", nulls_distinct=False
            )
        ]


class StockSnapshot(ShopModel):
    """How much there was at a place and a time; added to, never changed."""

    product = ShopForeignKey(Product, db_index=False, related_name="+")
    variant = ShopForeignKey(Variant, null=True, related_name="+")
    location = models.CharField(max_length=255, default="default")
    at = models.DateTimeField()
    level = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "product", "variant", "location", "at"],
                name="catalog_stocksnapshot_once",
                nulls_distinct=False,
            )
        ]
