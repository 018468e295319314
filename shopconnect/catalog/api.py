"""REST: what is sold."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shopconnect.catalog import selectors
from shopconnect.catalog.types import READ_CATALOG
from shopconnect.core.rest.fields import AmountTextField, IdField, TimeField, read_id
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of, path_id
from shopconnect.core.rest.views import RestView

PRODUCT = {
    "id": "4611686018427387904",
    "external_id": "1001",
    "title": "Lampe de chevet",
    "vendor": "Atelier Nord",
    "category": ["Maison", "Luminaires"],
    "tags": ["bois"],
    "image": "https://lampes.example/1001.jpg",
    "url": "https://lampes.example/p/1001",
    "available": True,
    "gift_card": False,
    "currency": "EUR",
    "price": "49.90",
    "cost": "21.00",
    "stock": "12.00",
    "created_at": "2025-09-01T08:00:00Z",
    "deleted_at": None,
}


class ProductOut(serializers.Serializer):
    """A product."""

    id = IdField(source="public_id")
    external_id = serializers.CharField(help_text="The platform’s id")
    title = serializers.CharField()
    vendor = serializers.CharField()
    category = serializers.ListField(child=serializers.CharField(), help_text="Widest first")
    tags = serializers.ListField(child=serializers.CharField())
    image = serializers.CharField()
    url = serializers.CharField()
    available = serializers.BooleanField()
    gift_card = serializers.BooleanField(
        source="is_gift_card", help_text="Not used to train the model, never suggested"
    )
    currency = serializers.CharField(help_text="ISO 4217")
    price = AmountTextField(source="price_amount")
    cost = AmountTextField(allow_null=True)
    stock = AmountTextField(source="stock_level", allow_null=True, help_text="Null if the platform doesn’t say")
    created_at = TimeField(allow_null=True)
    deleted_at = TimeField(allow_null=True, help_text="When it was removed from the platform")


class ProductList(RestView):
    """The products of the shop."""

    scopes: ClassVar = {"GET": READ_CATALOG}

    @extend_schema(
        operation_id="products",
        summary="Products",
        tags=["Products"],
        responses=page_of(ProductOut),
        parameters=[
            *PAGING,
            OpenApiParameter("search", str, description="Beginnings of words of the title, brand, ids or SKUs."),
        ],
        examples=[example("A page", {"data": [PRODUCT], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every product, oldest first, including deleted ones."""
        search = request.query_params.get("search", "")[:200].replace("\0", "")
        page = requested_page(request, f"products:{search}")
        rows = self.ask(selectors.list_products, page.after_id, page.limit + 1, search=search)
        return Response(paged(rows, page, ProductOut))


class ProductDetail(RestView):
    """One product."""

    scopes: ClassVar = {"GET": READ_CATALOG}

    @extend_schema(
        operation_id="product",
        summary="A product",
        tags=["Products"],
        responses=ProductOut,
        parameters=[path_id()],
        examples=[example("A product", PRODUCT)],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """One product by its public id."""
        return Response(ProductOut(self.or_404(self.ask(selectors.find_product, read_id(public_id)))).data)
