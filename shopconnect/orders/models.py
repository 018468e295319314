"""Tables of orders. Amounts and quantities are positive on refunds too: the kind says which way they go."""

from django.db import models
from django.db.models.functions import Collate

from shopconnect.connectors.types import OrderKind
from shopconnect.core.fields import AmountField, EncryptedTextField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel


class Customer(ShopModel):
    """One account on the platform."""

    public_id = PublicIdField()
    external_id = models.CharField(max_length=255)
    person_key = models.CharField(max_length=64, null=True)
    email = EncryptedTextField(blank=True)
    country = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=35, blank=True)
    created_at = models.DateTimeField(null=True)
    marketing_consent = models.BooleanField(null=True)
    deleted_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32, blank=True)
    source_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("orders_customer"),
            models.UniqueConstraint(fields=["shop", "external_id"], name="orders_customer_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="orders_customer_public"),
        ]
        indexes = [
            models.Index(
                fields=["shop", "person_key"], name="orders_customer_person", condition=~models.Q(person_key=None)
            )
        ]


class Order(ShopModel):
    """An order, or a refund with a link to its order where that is known. Guests have no customer."""

    public_id = PublicIdField()
    external_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=6, choices=[(kind.value, kind.value) for kind in OrderKind])
    number = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    is_test = models.BooleanField(default=False)
    placed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    total_amount = AmountField()  # the sum of its lines
    customer = ShopForeignKey(Customer, null=True, db_index=False, on_delete=models.SET_NULL, related_name="orders")
    customer_external_id = models.CharField(max_length=255, blank=True)
    person_key = models.CharField(max_length=64, null=True)
    email = EncryptedTextField(blank=True)
    country = models.CharField(max_length=80, blank=True)
    refunds = ShopForeignKey("self", null=True, db_index=False, on_delete=models.SET_NULL, related_name="refunded_by")
    refunds_external_id = models.CharField(max_length=255, blank=True)
    arm = models.CharField(max_length=1, blank=True, db_default="")  # a letter of experiments, and no name
    checkout_digest = models.CharField(max_length=64, blank=True, db_default="")  # by it a device's claim is believed
    digest = models.CharField(max_length=32, blank=True)
    source_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("orders_order"),
            models.UniqueConstraint(fields=["shop", "kind", "external_id"], name="orders_order_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="orders_order_public"),
        ]
        indexes = [
            models.Index(fields=["shop", "placed_at", "id"], name="orders_order_placed"),
            # Numbers are found by how they begin, which only an order by the letters' codes serves.
            models.Index("shop", Collate("number", "C"), name="orders_order_number"),
            models.Index(fields=["shop", "customer", "placed_at"], name="orders_order_customer"),
            models.Index(
                fields=["shop", "person_key"], name="orders_order_person", condition=~models.Q(person_key=None)
            ),
            models.Index(fields=["shop", "refunds"], name="orders_order_refunds", condition=~models.Q(refunds=None)),
            # What an order names and we did not have when it came.
            models.Index(
                fields=["shop", "customer_external_id"],
                name="orders_order_stranger",
                condition=models.Q(customer=None) & ~models.Q(customer_external_id=""),
            ),
            models.Index(
                fields=["shop", "refunds_external_id"],
                name="orders_order_refund_stranger",
                condition=models.Q(refunds=None) & ~models.Q(refunds_external_id=""),
            ),
        ]


class Line(ShopModel):
    """Part of an order: its total after discount and its quantity are stored, the unit price is derived."""

    # The composite key to the order vouches for the shop already, and there are millions of lines.
    shop = models.ForeignKey("shops.Shop", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    order = ShopForeignKey(Order, db_index=False, related_name="lines")
    position = models.PositiveIntegerField()
    external_id = models.CharField(max_length=255, blank=True)
    product = ShopForeignKey("catalog.Product", null=True, db_index=False, on_delete=models.SET_NULL, related_name="+")
    product_external_id = models.CharField(max_length=255)
    variant_external_id = models.CharField(max_length=255, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    total_amount = AmountField()
    discount_amount = AmountField(default=0)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "order", "position"], name="orders_line_once")]
        indexes = [
            models.Index(fields=["shop", "product"], name="orders_line_product"),
            models.Index(
                fields=["shop", "product_external_id"], name="orders_line_stranger", condition=models.Q(product=None)
            ),
        ]


class Shipment(ShopModel):
    """A parcel of an order."""

    order = ShopForeignKey(Order, db_index=False, related_name="shipments")
    position = models.PositiveIntegerField()
    at = models.DateTimeField(null=True)
    carrier = models.CharField(max_length=120, blank=True)
    tracking_url = models.TextField(blank=True)
    status = models.CharField(max_length=60, blank=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "order", "position"], name="orders_shipment_once")]
