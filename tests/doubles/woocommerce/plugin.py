"""Our plugin in a shop: what the service gave it, and letters that go by sessions to orders (connectors/…/arm.php)."""

import re
from typing import TYPE_CHECKING

from shopconnect.connectors.woocommerce.types import PLUGIN
from tests.doubles.woocommerce.errors import RestError, invalid_param
from tests.doubles.woocommerce.store import Row

if TYPE_CHECKING:
    from tests.doubles.woocommerce.double import WooShop

VERSION, META = "0.2.0", "_shopconnect_arm"
CLASSIC, BLOCKS = "checkout", "store-api"  # the ways to an order, as orders name them
PATTERNS = {"key": r"[A-Za-z0-9_-]{8,100}", "secret": r"[0-9a-f]{64}"}
ARM = re.compile(r"[A-Za-z]\.[0-9]{6}\.[0-9a-f]{24}")


class WooPlugin:
    """The plugin, active or not."""

    def __init__(self) -> None:
        self.is_active = False
        self.service = "https://shopconnect.example"  # where it leads
        self.given: dict[str, str] = {}

    @property
    def namespaces(self) -> list[str]:
        """The namespaces that the index names for it."""
        return [PLUGIN] if self.is_active else []

    def status(self) -> Row:
        """Return what it says of itself."""
        return {"version": VERSION, "service": self.service, "connected": bool(self.given)}

    def take(self, said: Row) -> Row:
        """Take a key and a secret, or say what is wrong with them."""
        for name, pattern in PATTERNS.items():
            if not re.fullmatch(pattern, said.get(name, "")):
                raise invalid_param(name, "rest_invalid_pattern", f"{name} does not match pattern {pattern}.")
        self.given = {name: said[name] for name in PATTERNS}
        return self.status()

    def with_field(self, order: Row) -> Row:
        """Return an order as it leaves the shop: with our field where the plugin is active."""
        found = [one["value"] for one in order["meta_data"] if one["key"] == META]
        return order | {"shopconnect": {"arm": "".join(found)}} if self.is_active else order


class WooSession:
    """A shopper's session with a cart."""

    def __init__(self, shop: "WooShop", nonce: str = "fresh") -> None:
        self._shop, self._nonce, self._arm = shop, nonce, ""
        self._cart: list[tuple[Row, int]] = []

    def add(self, product: Row) -> None:
        """Put a product into the cart."""
        self._cart.append((product, 1))

    def extend_cart(self, arm: str, nonce: str = "fresh") -> None:
        """Hear a letter through the Store API, which asks for its nonce and for somebody who listens."""
        if nonce != self._nonce:
            raise RestError(401, "woocommerce_rest_missing_nonce", "Missing the Nonce header.")
        if not self._shop.plugin.is_active:
            raise RestError(400, "woocommerce_rest_cart_extensions_error", "There is no such namespace registered.")
        self._arm = arm if ARM.fullmatch(arm) else ""

    def check_out(self, way: str, email: str) -> Row:
        """Place the order; whichever way it goes, the plugin writes the session's letter on it."""
        meta = [{"id": 1, "key": META, "value": self._arm}] if self._arm and self._shop.plugin.is_active else []
        order = self._shop.store.add_order(self._cart, email=email, created_via=way, meta_data=meta)
        self._cart = []
        return order
