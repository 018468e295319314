"""REST: the shop itself, and the token that asks."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shopconnect.accounts import tokens
from shopconnect.core.rest.callers import find_callers_by
from shopconnect.core.rest.fields import IdField, TimeField
from shopconnect.core.rest.schema import example
from shopconnect.core.rest.views import RestView
from shopconnect.shops import selectors

find_callers_by(tokens.authenticate)

SHOP = {
    "slug": "lampes",
    "name": "Lampes & Cie",
    "currency": "EUR",
    "timezone": "Europe/Paris",
    "languages": ["fr", "en"],
    "countries": ["FR"],
    "hosts": ["lampes.example"],
    "prices_include_tax": True,
}
TOKEN = {
    "id": "4611686018427387904",
    "name": "Reports",
    "scopes": ["read:catalog", "read:orders"],
    "expires_at": "2027-02-21T09:00:00Z",
    "shop": "lampes",
}


class ShopOut(serializers.Serializer):
    """What a shop says of itself."""

    slug = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217")
    timezone = serializers.CharField(help_text="IANA; it sets when the shop’s days begin")
    languages = serializers.ListField(child=serializers.CharField())
    countries = serializers.ListField(child=serializers.CharField())
    hosts = serializers.ListField(child=serializers.CharField())
    prices_include_tax = serializers.BooleanField(allow_null=True)


class TokenOut(serializers.Serializer):
    """What a token may do, and until when."""

    id = IdField(source="public_id")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = TimeField()
    shop = serializers.CharField(help_text="Slug of the shop it gives access to")


class ShopView(RestView):
    """The shop of the token."""

    scopes: ClassVar = {"GET": None}

    @extend_schema(
        operation_id="shop", summary="The shop", tags=["Shop"], responses=ShopOut, examples=[example("A shop", SHOP)]
    )
    def get(self, request: Request) -> Response:
        """The details of the shop."""
        profile = self.ask(selectors.shop_profile)
        slug = selectors.slug_of_shop(self.caller.shop_id)
        return Response(ShopOut({name: getattr(profile, name) for name in profile.__slots__} | {"slug": slug}).data)


class TokenView(RestView):
    """The token itself."""

    scopes: ClassVar = {"GET": None}

    @extend_schema(
        operation_id="token",
        summary="This token",
        tags=["Shop"],
        responses=TokenOut,
        examples=[example("A token", TOKEN)],
    )
    def get(self, request: Request) -> Response:
        """What this token may do, and until when."""
        caller = self.caller
        shown = {
            "public_id": caller.public_id,
            "name": caller.name,
            "scopes": sorted(caller.scopes),
            "expires_at": caller.expires_at,
            "shop": selectors.slug_of_shop(caller.shop_id),
        }
        return Response(TokenOut(shown).data)
