"""Stripe, as far as plans need it: customers, prices, checkouts, the portal, subscriptions, and signed events."""

import itertools
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import stripe
from stripe.params import CustomerCreateParams, SubscriptionListParams, SubscriptionUpdateParams
from stripe.params.billing_portal import SessionCreateParams as PortalParams
from stripe.params.checkout import SessionCreateParams as CheckoutParams

from tests.doubles.local_server import LocalServer, QuietHandler
from tests.doubles.stripe.params import faults, nested

KEY, WEBHOOK_SECRET = "sk_test_double", "whsec_double"
PERIOD_ENDS = 4_000_000_000  # in 2096: no test ends with a day
PUBLISHED = {
    "customer": stripe.Customer,
    "price": stripe.Price,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "checkout.session": stripe.checkout.Session,
    "billing_portal.session": stripe.billing_portal.Session,
}


class Refused(Exception):
    """What Stripe says no to, as it says it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        kind = "idempotency_error" if code == "idempotency" else "invalid_request_error"
        self.status, self.said = status, {"error": {"type": kind, "code": code, "message": message}}


class StripeDouble:
    """One account of Stripe, on a port of this machine while it is entered."""

    def __init__(self, prices: dict[str, int], currency: str = "eur") -> None:
        self.things: dict[str, dict[str, Any]] = {}
        self.sold: dict[str, tuple[str, str]] = {}
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.fails_with: tuple[int, bytes] | None = None
        self.pages = "https://{place}.stripe.com"
        self._replies: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        for price, amount in prices.items():
            recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
            self._keep("price", price, unit_amount=amount, currency=currency, active=True, recurring=recurring)

    def __enter__(self) -> Self:
        self._server = _Server(_Handler)
        self._server.double = self
        self._server.begin()
        self.url = self._server.url
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.end()

    def answer(self, method: str, path: str, said: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any]]:
        """Return what Stripe answers."""
        self.calls.append((method, path, said))
        try:
            if headers.get("Authorization") != f"Bearer {KEY}":
                raise Refused(401, "api_key", "Invalid API Key provided")
            if headers.get("Stripe-Version") != stripe.api_version:
                raise Refused(400, "version", "Another version than the library’s")
            return 200, self._once(headers.get("Idempotency-Key", ""), method, path, said)
        except Refused as refused:
            return refused.status, refused.said

    def pay(self, address: str, **states: Any) -> str:
        """Buy what a checkout's page sells, as its customer; returns the subscription."""
        customer, price = self.sold[address]
        number = f"sub_{next(self._numbers)}"
        item = self._shaped("subscription_item", f"si_{number}", price=self.things[price], **ENDS)
        states = {"status": "active", "cancel_at_period_end": False, "cancel_at": None, "trial_end": None} | states
        lists = {"object": "list", "data": [item], "has_more": False, "url": "/v1/subscription_items"}
        self._keep("subscription", number, customer=customer, items=lists, **states)
        return number

    def event(self, kind: str, thing: str, at: int | None = None) -> tuple[bytes, dict[str, str]]:
        """Return a webhook's body and headers, signed by the library's own hand."""
        about = {"object": self.things[thing]}
        said = {"id": f"evt_{next(self._numbers)}", "object": "event", "type": kind, "data": about}
        body = json.dumps(said)
        signed = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, at)
        return body.encode(), {"stripe-signature": signed}

    def _once(self, name: str, method: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
        """Do a call of one idempotency key once; the same key with another call is refused."""
        if name not in self._replies:
            done = self._do(method, path, said)
            if not name:
                return done
            self._replies[name] = said, done
        asked, done = self._replies[name]
        if asked != said:
            raise Refused(400, "idempotency", "Keys for idempotent requests can only be used with the same parameters")
        return done

    def _do(self, method: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
        route = (method, path.removeprefix("/v1/").partition("/")[0])
        if path.startswith("/v1/checkout/sessions"):
            return self._checkout(_checked(said, CheckoutParams))
        if path.startswith("/v1/billing_portal/sessions"):
            _checked(said, PortalParams)
            self._customer(said["customer"])
            return self._keep("billing_portal.session", f"bps_{next(self._numbers)}", **self._page("billing"))
        actions: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
            ("POST", "customers"): lambda: self._make_customer(_checked(said, CustomerCreateParams)),
            ("GET", "customers"): lambda: self._find("customer", path),
            ("GET", "prices"): lambda: self._find("price", path),
            ("GET", "subscriptions"): lambda: self._list(_checked(said, SubscriptionListParams)),
            ("POST", "subscriptions"): lambda: self._change(path, _checked(said, SubscriptionUpdateParams)),
        }
        return actions[route]()

    def _make_customer(self, said: dict[str, Any]) -> dict[str, Any]:
        return self._keep("customer", f"cus_{next(self._numbers)}", metadata=said.get("metadata", {}))

    def _checkout(self, said: dict[str, Any]) -> dict[str, Any]:
        self._customer(said["customer"])
        price = said["line_items"]["0"]["price"]
        if price not in self.things:
            raise Refused(400, "resource_missing", f"No such price: '{price}'")
        updates = said.get("customer_update", {})
        for part, needed in (("automatic_tax", "address"), ("tax_id_collection", "name")):
            if part in said and updates.get(needed) != "auto":
                raise Refused(400, "customer_tax", f"{part} needs customer_update[{needed}] to be auto")
        about = {"customer": said["customer"], "client_reference_id": said["client_reference_id"]}
        made = self._keep("checkout.session", f"cs_{next(self._numbers)}", **about, **self._page("checkout"))
        self.sold[made["url"]] = made["customer"], price
        return made

    def _list(self, said: dict[str, Any]) -> dict[str, Any]:
        self._customer(said["customer"])
        kinds = (one for one in self.things.values() if one["object"] == "subscription")
        held = [one for one in kinds if one["customer"] == said["customer"]]
        return {"object": "list", "data": held[::-1], "has_more": False, "url": "/v1/subscriptions"}

    def _change(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        self.things[name]["cancel_at_period_end"] = said["cancel_at_period_end"] == "true"
        return self._find("subscription", path)

    def _find(self, kind: str, path: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        if name not in self.things:
            raise Refused(404, "resource_missing", f"No such {kind}: '{name}'")
        return self.things[name]

    def _customer(self, name: str) -> None:
        if self.things.get(name, {"deleted": True}).get("deleted"):
            raise Refused(400, "resource_missing", f"No such customer: '{name}'")

    def _keep(self, kind: str, name: str, **fields: Any) -> dict[str, Any]:
        made = self.things[name] = self._shaped(kind, name, **fields)
        return made

    def _shaped(self, kind: str, name: str, **fields: Any) -> dict[str, Any]:
        strange = set(fields) - set(PUBLISHED[kind].__annotations__)
        assert not strange, f"Stripe's {kind} has no {strange}"
        return {"id": name, "object": kind, **fields}

    def _page(self, place: str) -> dict[str, str]:
        return {"url": f"{self.pages.format(place=place)}/{next(self._numbers)}"}


ENDS = {"current_period_end": PERIOD_ENDS}


def _checked(said: dict[str, Any], published: Any) -> dict[str, Any]:
    if found := faults(said, published):
        raise Refused(400, "parameter_unknown", "; ".join(found))
    return said


class _Server(LocalServer):
    double: StripeDouble


class _Handler(QuietHandler):
    server: _Server

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        parts = urlsplit(self.path)
        said = nested(parse_qsl(body or parts.query, keep_blank_values=True))
        double = self.server.double
        if double.fails_with:
            status, content = double.fails_with
        else:
            status, answer = double.answer(self.command, parts.path, said, self.headers)
            content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _reply  # noqa: N815  the library's names
