"""What somebody types who means harm."""

from shopconnect.accounts.models import ApiToken
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.shops.conftest import make_member, signed_in


def test_a_token_is_named_without_zero_bytes(shop):
    form = {"name": "Re\0ports", "days": "30", "scopes": ["read:faq"], "once": "x"}
    assert signed_in(make_member(shop, Role.OWNER)).post("/shops/tokens/make/", form).status_code == 302
    with shop_scope(shop):
        assert ApiToken.objects.get().name == "Reports"
