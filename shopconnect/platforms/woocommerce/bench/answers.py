"""What a shop of the bench answers: lists by time, by id and by ids, as WooCommerce has them."""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.woocommerce.reading import API, TAX_INCLUDED
from shopconnect.platforms.woocommerce.bench.rows import CATEGORIES

LISTS = {ResourceType.PRODUCT: f"{API}/products", ResourceType.ORDER: f"{API}/orders"}
VARIATIONS = f"{API}/variations"


class ShopAnswers:
    """A shop with one resource, whose rows stand in a file; `listed` counts those of it that were asked for."""

    def __init__(self, path: Path, resource: ResourceType, host: str) -> None:
        self.listed, self._list = 0, LISTS[resource]
        self._rows: dict[int, bytes] = {}
        changed: list[tuple[str, int]] = []
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            self._rows[row["id"]] = line
            if "parent_id" not in row:
                changed.append((row["date_modified_gmt"], row["id"]))
        self._changed = sorted(changed)
        self._ids = sorted(own for _, own in changed)
        self._fixed = {path: json.dumps(found).encode() for path, found in _fixed(host).items()}

    def answer(self, path: str, params: Mapping[str, str]) -> bytes:
        """Return a body; a list of what the shop has not is empty."""
        if path in self._fixed:
            return self._fixed[path]
        if "include" in params:
            return self._written([int(one) for one in params["include"].split(",")])
        if path != self._list:
            return b"[]"
        found = self._within(params)
        self.listed += len(found)
        return self._written(found)

    def _within(self, params: Mapping[str, str]) -> Sequence[int]:
        most, offset = int(params["per_page"]), int(params.get("offset", "0"))
        if "modified_after" not in params:
            return self._ids[offset : offset + most]
        first = bisect_right(self._changed, (params["modified_after"], 2**63))
        if "modified_before" not in params:
            return [own for _, own in self._changed[first : first + most]]
        last = bisect_right(self._changed, (params["modified_before"], 0))
        return sorted(own for _, own in self._changed[first:last])[offset : offset + most]

    def _written(self, ids: Sequence[int]) -> bytes:
        return b"[" + b",".join(self._rows[own] for own in ids if own in self._rows) + b"]"


def _fixed(host: str) -> dict[str, object]:
    home = f"https://{host}"
    return {
        "/": {
            "name": "Bench",
            "home": home,
            "url": home,
            "timezone_string": "UTC",
            "namespaces": ["wc/v3"],
            "routes": dict.fromkeys((VARIATIONS, f"{API}/refunds"), {}),
        },
        f"{API}/system_status": {"environment": {"home_url": home}, "settings": {"currency": "EUR"}},
        f"{API}/settings/tax": [{"id": TAX_INCLUDED, "value": "yes"}],
        f"{API}/products/categories": [
            {"id": number, "name": f"Rayon {number}", "parent": 0} for number in range(1, 1 + CATEGORIES)
        ],
    }
