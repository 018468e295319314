"""Writes the software bill of materials of a release: CycloneDX 1.5, the same bytes for the same lock."""

import json
import sys
import uuid
from typing import Any
from urllib.parse import quote

from lock import Package, read_lock


def component(package: Package) -> dict[str, Any]:
    """Return a package as CycloneDX names it; the hashes are those of its files, any of which may be installed."""
    purl = f"pkg:pypi/{quote(package.name)}@{quote(package.version)}"
    properties = [{"name": "python:sha256", "value": digest} for digest in package.hashes]
    if package.marker:
        properties.append({"name": "python:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": f"{purl}#{package.marker}" if package.marker else purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "properties": properties,
    }


def bill(version: str) -> dict[str, Any]:
    """Return the bill of a version of ShopConnect."""
    components = [component(one) for one in read_lock()]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, components], sort_keys=True))
    product = {"type": "application", "bom-ref": "shopconnect", "name": "shopconnect", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
        "dependencies": [{"ref": "shopconnect", "dependsOn": [one["bom-ref"] for one in components]}],
    }


if __name__ == "__main__":
    json.dump(bill(sys.argv[1]), sys.stdout, indent=1)
    sys.stdout.write("\n")
