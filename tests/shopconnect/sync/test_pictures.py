"""Pictures that came with a folder are shown to the shop's own people only, and run nothing."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shopconnect.accounts.types import Role
from tests.shopconnect.shops.conftest import make_member, signed_in


def test_pictures_stay_in_their_shop_and_cannot_run(shop, other_shop):
    default_storage.save(f"shop/{other_shop}/images/images/secret.svg", ContentFile(b"<svg/>"))
    default_storage.save(f"shop/{shop}/images/images/own.svg", ContentFile(b"<svg onload='alert(1)'/>"))
    client = signed_in(make_member(shop, Role.SUPPORT))
    answer = client.get("/pictures/images/own.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in answer["Content-Security-Policy"]
    for path in (
        "images/secret.svg",
        f"../../{other_shop}/images/images/secret.svg",
        "../../../settings.py",
        f"images/%2e%2e/%2e%2e/%2e%2e/{other_shop}/images/images/secret.svg",
    ):
        assert client.get(f"/pictures/{path}").status_code == 404
