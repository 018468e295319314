"""WooCommerce is a platform as every other, with all that its hosts do to answers."""

from shopconnect.connectors.base import MOST_PAGES
from tests.connectors.contract import PlatformContract
from tests.connectors.page_contract import PagesContract


class TestWooCommerce(PlatformContract):
    """Run with the double."""


class TestWooCommercePages(PagesContract):
    """Run with the double."""

    def test_a_page_behind_a_password_is_left_out_and_titles_are_plain(self, source):
        source.write_page("Secret", "")
        source.write_page("Q &amp; A", "<p>?</p>")
        assert [one.title for one in self.connect(source).read_pages()] == ["Q & A"]

    def test_a_shop_of_empty_pages_is_read_to_a_bound(self, source):
        for number in range(MOST_PAGES + 5):
            source.write_page(f"Page {number}", "")
        source.write_page("Too late", "<p>?</p>")
        assert self.connect(source).read_pages() == []
