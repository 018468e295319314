"""Every endpoint that shoppers reach, by name: /w/<public key>/<name>.

A higher room writes its endpoints in its `widget.py`, which its `apps.py` imports in ready():

    @shopper_endpoint(methods=("GET",), rate=Rate(120))
    def shelf(request: WidgetRequest) -> WidgetResponse: ...

    register("shelf", shelf)

A view gets a WidgetRequest and returns a WidgetResponse or a mapping. It raises Refusal to say no in a sentence. It
opens no scope itself: it calls one service.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from shopconnect.billing.types import Meter
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.widgets.types import MOST_BYTES, Endpoint, Rate, WidgetRequest, WidgetView

USUAL_RATE = Rate(120)
_NAME = re.compile(r"[a-z][a-z-]{1,30}")
_endpoints: dict[str, Endpoint] = registry({})


def shopper_endpoint(
    *,
    methods: tuple[str, ...] = ("GET",),
    rate: Rate = USUAL_RATE,
    is_beacon: bool = False,
    is_form: bool = False,
    private: Iterable[str] = (),
    meter: Meter | None = None,
    label: Callable[[WidgetRequest], str] | None = None,
    is_of_shop: Callable[[WidgetRequest], bool] | None = None,
    recalls: Callable[[ShopId, str], str] | None = None,
    serves_account: bool = False,
    most_bytes: int = MOST_BYTES,
) -> Callable[[WidgetView], Endpoint]:
    """Say how a view may be reached; the gateway (gateway.py) does the checking."""

    def endpoint(view: WidgetView) -> Endpoint:
        return Endpoint(
            view=view,
            methods=methods,
            rate=rate,
            is_beacon=is_beacon,
            is_form=is_form,
            private=frozenset(private),
            meter=meter,
            label=label,
            is_of_shop=is_of_shop,
            recalls=recalls,
            serves_account=serves_account,
            most_bytes=most_bytes,
        )

    return endpoint


def register(name: str, endpoint: Endpoint) -> None:
    """Serve an endpoint under a name; a name is served once."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for an endpoint: use small letters and hyphens.")
    if _endpoints.get(name, endpoint) is not endpoint:
        raise ValueError(f"Two endpoints are named {name}.")
    _endpoints[name] = endpoint


@contextmanager
def served(name: str, endpoint: Endpoint) -> Iterator[None]:
    """Serve an endpoint under a name meanwhile, in the place of whatever else has it."""
    before = _endpoints.get(name)
    _endpoints[name] = endpoint
    try:
        yield
    finally:
        if before is None:
            del _endpoints[name]
        else:
            _endpoints[name] = before


def find_endpoint(name: str) -> Endpoint | None:
    """Return the endpoint of a name, or None."""
    return _endpoints.get(name)


def list_names() -> list[str]:
    """Return every name, sorted."""
    return sorted(_endpoints)
