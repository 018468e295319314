"""An uninstall whose time tells nothing ends no install of a shop that came back: its platform is asked."""

from datetime import timedelta

import pytest

from shopconnect.connectors.base import Uninstalled
from shopconnect.connectors.types import AccessEnded, ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import installs
from shopconnect.sync import inbox
from tests.shopconnect.sync.world import tokens
from tests.shopconnect.sync.worlds import work_off

NO = AccessEnded("shopify", 401, permanent=True)


@pytest.fixture
def back(worldly, world):
    """A shop that left, and came back a moment ago."""
    installs.uninstall_shop(worldly, now())
    assert installs.install_shop(world.name, "world", tokens(), world.shop) == worldly
    return worldly


def hear(shop_id, world, after):
    """Hear that the shop left some seconds after it came back, by the platform's clock; None: at no time."""
    with shop_scope(shop_id):
        began = installs.Install.objects.get(uninstalled_at=None).signed_in_at
    at = None if after is None else began + timedelta(seconds=after)
    inbox.receive_webhook(world, world.webhook(Uninstalled(), at=at, is_timed=after is not None))
    inbox.apply_webhooks(shop_id)


@pytest.mark.parametrize("after", [None, 3, -3, 3600])
def test_a_shop_that_came_back_is_asked_for_where_the_time_tells_nothing(back, world, after):
    hear(back, world, after)
    work_off(back, "ask_left")
    assert installs.is_installed(back)
    hear(back, world, after)
    world.failures.append(NO)
    work_off(back, "ask_left")
    assert not installs.is_installed(back)


def test_while_the_platform_does_not_say_the_shop_stays_and_is_asked_for_again(back, world):
    hear(back, world, None)
    world.failures.append(ConnectorError("shopify", 503, permanent=False))
    work_off(back, "ask_left", turns=1)
    assert installs.is_installed(back)
    world.failures.append(NO)
    work_off(back, "ask_left")
    assert not installs.is_installed(back)


def test_a_time_that_tells_is_believed_and_nobody_is_asked(back, world):
    hear(back, world, -60)
    assert installs.is_installed(back)
    with shop_scope(back):
        installs.Install.objects.filter(uninstalled_at=None).update(signed_in_at=now() - timedelta(minutes=2))
    hear(back, world, 60)
    assert (installs.is_installed(back), world.asked) == (False, [])


def test_a_shop_that_never_left_before_leaves_at_once(worldly, world):
    hear(worldly, world, None)
    assert (installs.is_installed(worldly), world.asked) == (False, [])
