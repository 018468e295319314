"""The web pixel of a shop is switched on by a worker, once somebody installed us or signed in again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from shopconnect.connectors import registry
from shopconnect.connectors.base import Ability, Receipt, Tokens
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId, refuse_in_scope
from shopconnect.platforms.shopify.pixel import PIXEL_KIND, pixel_settings, switch_on_pixel
from shopconnect.shops.installs import install_shop, uninstall_shop
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens


@dataclass
class Pixels:
    """A platform that keeps a pixel's settings, and says what it is told to say."""

    name: str = NAME
    can: frozenset[Ability] = frozenset({Ability.PIXEL})
    given: list[Mapping[str, str]] = field(default_factory=list)
    answer: Receipt | ConnectorError = field(default_factory=lambda: Receipt(is_done=True))

    def connect(self, shop: str, held: Tokens) -> "Pixels":
        """Be the connection too."""
        return self

    def set_pixel(self, settings: Mapping[str, str]) -> Receipt:
        """Keep the settings."""
        refuse_in_scope("set_pixel")
        if isinstance(self.answer, ConnectorError):
            raise self.answer
        self.given.append(settings)
        return self.answer


@pytest.fixture
def platform() -> Iterator[Pixels]:
    """A platform with pixels in the place of Shopify."""
    with registry.only(platform := Pixels()):  # type: ignore[arg-type]
        yield platform


@pytest.fixture
def installed(platform: Pixels, db: None) -> ShopId:
    """A shop that has just installed us."""
    return install_shop(NAME, SHOP, tokens(), DRAFT)


def test_a_pixel_is_given_the_shops_settings(installed: ShopId, platform: Pixels):
    run_due(installed, PIXEL_KIND)
    switch_on_pixel(installed)
    assert platform.given == [pixel_settings(installed)] * 2
    assert not Due.objects.filter(kind=PIXEL_KIND).exists()


def test_where_there_are_no_pixels_nothing_is_asked(installed: ShopId, platform: Pixels):
    platform.can = frozenset({Ability.BULK})
    run_due(installed, PIXEL_KIND)
    assert platform.given == []
    assert not Due.objects.filter(kind=PIXEL_KIND).exists()


def test_a_shop_that_left_is_passed_over(installed: ShopId, platform: Pixels):
    uninstall_shop(installed, None)
    run_due(installed, PIXEL_KIND)
    assert platform.given == []
    assert not Due.objects.filter(kind=PIXEL_KIND).exists()


def test_while_the_platform_is_away_the_pixel_waits(installed: ShopId, platform: Pixels):
    platform.answer = ConnectorError(NAME, 503, permanent=False)
    run_due(installed, PIXEL_KIND)
    assert Due.objects.get(kind=PIXEL_KIND).attempts == 1


def test_a_pixel_that_is_refused_is_not_asked_for_without_end(installed: ShopId, platform: Pixels):
    platform.answer = Receipt(is_done=False, refusal="No extension of this app is deployed.")
    run_due(installed, PIXEL_KIND)
    assert not Due.objects.filter(kind=PIXEL_KIND).exists()
