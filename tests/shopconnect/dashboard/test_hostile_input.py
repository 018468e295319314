"""What somebody types who means harm."""

import pytest

from shopconnect.accounts.models import ApiToken
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.shops.conftest import make_member, signed_in


@pytest.mark.parametrize(
    ("asked", "status"), [({"search": "\0"}, 200), ({"product": "9" * 5000}, 200), ({"product": "9" * 19}, 404)]
)
def test_suggestions_are_shown_whatever_is_asked_for(shop, asked, status):
    assert signed_in(make_member(shop, Role.OWNER)).get("/suggestions/", asked).status_code == status


def test_a_token_is_named_without_zero_bytes(shop):
    form = {"name": "Re\0ports", "days": "30", "scopes": ["read:faq"], "once": "x"}
    assert signed_in(make_member(shop, Role.OWNER)).post("/shops/tokens/make/", form).status_code == 302
    with shop_scope(shop):
        assert ApiToken.objects.get().name == "Reports"
