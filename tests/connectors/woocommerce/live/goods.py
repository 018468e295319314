"""What the tests put into a real shop, which may hold other things: all of it goes again.

But for a customer, where the shop has none: a manager may make one, and delete none. They are only read here.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from shopconnect.connectors.base import ResourceType, Tokens

ROUTES = {ResourceType.PRODUCT: "products", ResourceType.ORDER: "orders"}
POTS, ORDERS = 16, 6
MAIL = "@shopconnect.invalid"  # nobody has it: what the shop sends goes nowhere


class Goods:
    """Products with and without variations, and orders, some of them given back, with ids after all others.

    `before` says of each resource up to which id, and how many, others stand there, and `began` when ours began.
    """

    def __init__(self, url: str, tokens: Tokens) -> None:
        self._root, self._session = f"{url}/wp-json/wc/v3", requests.Session()
        self._session.trust_env, self._session.auth = False, (tokens.access, tokens.secret)
        self._made: dict[ResourceType, list[dict[str, Any]]] = {}

    def make(self) -> None:
        """Put them there."""
        counts = {resource: self._count(route) for resource, route in ROUTES.items()}
        self._make()
        self.before = {one: (min(row["id"] for row in rows) - 1, counts[one]) for one, rows in self._made.items()}
        first = min(row["date_created_gmt"] for row in self._made[ResourceType.PRODUCT])
        self.began = datetime.fromisoformat(first).replace(tzinfo=UTC) - timedelta(seconds=1)

    def ask(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Return what the shop answers; raises requests' own errors."""
        answer = self._session.request(method, f"{self._root}{path}", json=body, params=params, timeout=120)
        answer.raise_for_status()
        return answer.json()

    def remove(self) -> None:
        """Remove whatever of ours is there still."""
        for resource, rows in self._made.items():
            self.ask("POST", f"/{ROUTES[resource]}/batch", {"delete": [row["id"] for row in rows if row["id"]]})

    def _make(self) -> None:
        pots = [{"name": f"Pot {one}", "regular_price": f"{one}.90"} for one in range(1, POTS + 1)]
        size = {"name": "Size", "variation": True, "visible": True, "options": ["S", "L"]}
        pots[POTS - 4 :: 2] = [{"name": f"Tea {one}", "type": "variable", "attributes": [size]} for one in (1, 2)]
        products = self._create(ResourceType.PRODUCT, pots)
        sold = [{"product_id": row["id"], "quantity": 3} for row in products if row["type"] == "simple"][-3:]
        for row in products:
            if row["type"] == "variable":
                kinds = [
                    {"regular_price": price, "attributes": [{"name": "Size", "option": option}]}
                    for option, price in (("S", "19.00"), ("L", "34.50"))
                ]
                made = self.ask("POST", f"/products/{row['id']}/variations/batch", {"create": kinds})["create"]
                sold.append({"product_id": row["id"], "variation_id": made[0]["id"], "quantity": 2})
        member = self._customer()
        orders = [
            {
                "customer_id": member if one % 3 else 0,
                "billing": {"email": f"guest{MAIL}", "country": "FR"},
                "line_items": sold,
            }
            for one in range(ORDERS)
        ]
        for row in self._create(ResourceType.ORDER, orders)[1::2]:
            self.ask("POST", f"/orders/{row['id']}/refunds", {"amount": "1.50", "api_refund": False})

    def _customer(self) -> int:
        """Return the first customer's id."""
        found = self.ask("GET", "/customers", per_page="1", orderby="id", order="asc")
        return int((found[0] if found else self.ask("POST", "/customers", {"email": f"live{MAIL}"}))["id"])

    def _create(self, resource: ResourceType, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what was made; from then on it is ours to remove."""
        rows = self._made[resource] = self.ask("POST", f"/{ROUTES[resource]}/batch", {"create": wanted})["create"]
        assert not [row for row in rows if "error" in row], rows
        return rows

    def _count(self, route: str) -> int:
        answer = self._session.get(f"{self._root}/{route}", params={"per_page": "1"}, timeout=120)
        answer.raise_for_status()
        return int(answer.headers["X-WP-Total"])
