"""What every platform can be relied on for that shows the pages that a shop wrote for its shoppers."""

from typing import Any, Protocol

import pytest

from shopconnect.connectors.base import MOST_PAGES, Ability
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.tenancy.context import InScope, ShopId, entered
from tests.connectors.contract import Source

FAQ = "<h2>Do you wrap presents?</h2><p>Yes &amp; for free.</p>"


class PageSource(Source, Protocol):
    """A platform's double on which pages can be written."""

    def write_page(self, title: str, html: str, *, is_published: bool = True) -> None:
        """Write a page of the shop's own."""
        ...


class PagesContract:
    """Inherit as TestSomething, with a fixture `source`."""

    def connect(self, source: PageSource) -> Any:
        return source.platform.connect(source.shop, source.tokens)

    def test_pages_that_shoppers_see_are_read_and_no_others(self, source: PageSource):
        source.write_page("Questions", FAQ)
        source.write_page("Not yet", FAQ, is_published=False)
        connection = self.connect(source)
        assert Ability.PAGES in connection.can
        assert [(one.title, one.html, one.is_policy) for one in connection.read_pages()] == [("Questions", FAQ, False)]

    def test_a_last_list_that_is_full_is_the_last(self, source: PageSource):
        for number in range(100):
            source.write_page(f"Page {number}", FAQ)
        assert len(self.connect(source).read_pages()) == 100

    def test_a_shop_of_many_pages_is_read_to_a_bound(self, source: PageSource):
        for number in range(MOST_PAGES + 5):
            source.write_page(f"Page {number}", FAQ)
        titles = [one.title for one in self.connect(source).read_pages()]
        assert titles == [f"Page {number}" for number in range(MOST_PAGES)]

    def test_none_is_read_inside_a_scope_or_through_a_firewall(self, source: PageSource):
        connection = self.connect(source)
        with entered(ShopId(1)), pytest.raises(InScope):
            connection.read_pages()
        source.block(403)
        with pytest.raises(ConnectorError):
            connection.read_pages()
