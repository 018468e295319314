"""What Shopify answers, in its own shape: whole examples that a test changes a little."""

from copy import deepcopy
from typing import Any

PRODUCT: dict[str, Any] = {
    "id": "gid://shopify/Product/632910392",
    "title": "IPod Nano",
    "description": "Small.",
    "vendor": "Apple",
    "productType": "Cult Products",
    "isGiftCard": False,
    "tags": ["Emotive", "Music"],
    "status": "ACTIVE",
    "onlineStoreUrl": "https://shop.example/products/ipod-nano",
    "createdAt": "2026-01-02T00:00:00Z",
    "updatedAt": "2026-11-02T10:00:00Z",
    "category": {"fullName": "Electronics > Audio > Players"},
    "priceRangeV2": {"minVariantPrice": {"amount": "199.0", "currencyCode": "EUR"}},
    "featuredMedia": {"preview": {"image": {"url": "https://cdn.example/ipod.png"}}},
    "words_fr": [
        {"key": "title", "locale": "fr", "value": "iPod nano"},
        {"key": "body_html", "locale": "fr", "value": "<p>Tout&nbsp;petit.</p><script>x()</script>"},
        {"key": "handle", "locale": "fr", "value": None},
    ],
    "words_de": [],
    "collections": {"nodes": [{"id": "gid://shopify/Collection/841564295", "title": "IPods"}]},
    "variants": {
        "nodes": [
            {
                "id": "gid://shopify/ProductVariant/808950811",
                "title": "Red",
                "position": 2,
                "sku": "RED",
                "price": "209.00",
                "compareAtPrice": "229.00",
                "availableForSale": False,
                "inventoryQuantity": 0,
                "inventoryItem": {
                    "id": "gid://shopify/InventoryItem/8",
                    "tracked": True,
                    "unitCost": {"amount": "120.5"},
                    "inventoryLevels": {"nodes": []},
                },
            },
            {
                "id": "gid://shopify/ProductVariant/808950810",
                "title": "Pink",
                "position": 1,
                "sku": None,
                "price": "199.00",
                "compareAtPrice": None,
                "availableForSale": True,
                "inventoryQuantity": 10,
                "inventoryItem": {
                    "id": "gid://shopify/InventoryItem/7",
                    "tracked": True,
                    "unitCost": None,
                    "inventoryLevels": {
                        "nodes": [
                            {
                                "id": "gid://shopify/InventoryLevel/2?inventory_item_id=7",
                                "updatedAt": "2026-11-01T09:00:00Z",
                                "location": {"id": "gid://shopify/Location/2"},
                                "quantities": [{"name": "available", "quantity": 7}],
                            },
                            {
                                "id": "gid://shopify/InventoryLevel/1?inventory_item_id=7",
                                "updatedAt": "2026-11-01T08:00:00Z",
                                "location": {"id": "gid://shopify/Location/1"},
                                "quantities": [{"name": "available", "quantity": 3}],
                            },
                        ]
                    },
                },
            },
        ],
        "pageInfo": {"hasNextPage": False, "endCursor": "x"},
    },
}

ORDER: dict[str, Any] = {
    "id": "gid://shopify/Order/450789469",
    "name": "#1001",
    "currencyCode": "EUR",
    "processedAt": "2026-10-01T12:00:00Z",
    "createdAt": "2026-10-01T12:00:05Z",
    "updatedAt": "2026-10-09T12:00:00Z",
    "cancelledAt": None,
    "displayFinancialStatus": "PARTIALLY_REFUNDED",
    "sourceName": "web",
    "test": False,
    "customer": {"id": "gid://shopify/Customer/207119551"},
    "shippingAddress": {"countryCodeV2": "BE"},
    "fulfillments": [
        {
            "createdAt": "2026-10-02T08:00:00Z",
            "displayStatus": "IN_TRANSIT",
            "trackingInfo": [
                {"company": "La Poste", "url": "https://track.example/1"},
                {"company": "La Poste", "url": "javascript:alert(1)"},
            ],
        },
        {"createdAt": "2026-10-02T08:00:00Z", "displayStatus": "CANCELED", "trackingInfo": []},
    ],
    "refunds": [{"id": "gid://shopify/Refund/509562969"}],
    "lineItems": {
        "nodes": [
            {
                "id": "gid://shopify/LineItem/2",
                "quantity": 4,
                "currentQuantity": 1,
                "originalUnitPriceSet": {"shopMoney": {"amount": "10.00"}},
                "discountAllocations": [
                    {"allocatedAmountSet": {"shopMoney": {"amount": "3.00"}}},
                    {"allocatedAmountSet": {"shopMoney": {"amount": "1.00"}}},
                ],
                "product": {"id": "gid://shopify/Product/632910392"},
                "variant": {"id": "gid://shopify/ProductVariant/808950810"},
            },
            {
                "id": "gid://shopify/LineItem/1",
                "quantity": 1,
                "currentQuantity": 1,
                "originalUnitPriceSet": {"shopMoney": {"amount": "5.00"}},
                "discountAllocations": [],
                "product": None,
                "variant": None,
            },
            {
                "id": "gid://shopify/LineItem/3",
                "quantity": 2,
                "currentQuantity": 0,
                "originalUnitPriceSet": {"shopMoney": {"amount": "7.00"}},
                "discountAllocations": [],
                "product": {"id": "gid://shopify/Product/7"},
                "variant": None,
            },
        ]
    },
}

REFUND: dict[str, Any] = {
    "id": "gid://shopify/Refund/509562969",
    "createdAt": "2026-10-09T12:00:00Z",
    "processedAt": "2026-10-09T12:00:00Z",
    "updatedAt": "2026-10-09T12:00:01Z",
    "refundLineItems": {
        "nodes": [
            {
                "quantity": 2,
                "subtotalSet": {"shopMoney": {"amount": "18.00"}},
                "lineItem": {"id": "gid://shopify/LineItem/2"},
            }
        ]
    },
}

CUSTOMER: dict[str, Any] = {
    "id": "gid://shopify/Customer/207119551",
    "locale": "fr",
    "createdAt": "2026-01-01T00:00:00Z",
    "updatedAt": "2026-02-01T00:00:00Z",
    "defaultEmailAddress": {"marketingState": "SUBSCRIBED"},
}

SHOP: dict[str, Any] = {
    "name": "Apple Computers",
    "currencyCode": "EUR",
    "ianaTimezone": "Europe/Paris",
    "taxesIncluded": True,
    "shipsToCountries": ["FR", "BE"],
    "myshopifyDomain": "apple.myshopify.com",
    "primaryDomain": {"host": "shop.example", "localization": {"defaultLocale": "fr", "alternateLocales": ["en"]}},
    "domains": [{"host": "apple.myshopify.com"}, {"host": "shop.example"}, {"host": "shop-example.fr"}],
}


def changed(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a copy of a row with other values."""
    return deepcopy(row) | changes
